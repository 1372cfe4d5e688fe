from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, viewer: Person) -> EvidenceQuerySet:
        """Keep what was noted of customers in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> EvidenceQuerySet:
        """Leave out what was withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def counting_on(self, on: date) -> EvidenceQuerySet:
        """Keep what counts on a day: noted by then and not at its end."""
        ends = Q(expires_on__isnull=True) | Q(expires_on__gt=on)
        return self.standing().filter(ends, noted_on__lte=on)


class Evidence(models.Model):
    """One thing learned of one customer outside our own books."""

    class Kind(models.TextChoices):
        WEALTH = "wealth", _("Wealth or business elsewhere")
        OFFER = "offer", _("A rival's offer")
        LOSS = "loss", _("Left, or left in part")
        WALLET = "wallet", _("Whole need, as stated")

    class Reason(models.TextChoices):
        RATE = "rate", _("Interest or return")
        PRICE = "price", _("Price or fee")
        PRODUCT = "product", _("Product or limit")
        SERVICE = "service", _("Service")
        CONVENIENCE = "convenience", _("Distance or channel")
        TIES = "ties", _("Family, employer, acquaintance")
        MOVED = "moved", _("Moved, closed or died")
        OTHER = "other", _("Something else")

    class Source(models.TextChoices):
        SAID = "said", _("The customer said so")
        SEEN = "seen", _("Seen in documents")
        HEARD = "heard", _("Heard from others")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    competitor = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.SAID)
    # Assets, a year's need or the money that left; in the reporting currency.
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    noted_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)  # the first day it does not count
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-noted_on"], name="evidence_of_a_customer"),
            models.Index(
                fields=["kind", "noted_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="evidence_by_kind",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="an_amount_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("noted_on")),
                name="evidence_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["offer", "loss"]) | ~Q(reason=""),
                name="a_risk_has_a_reason",
            ),
        ]
