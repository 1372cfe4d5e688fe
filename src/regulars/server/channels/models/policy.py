"""The company's own policy by version, what it decided, and who must never be reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models.contacts import Touch
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class PolicyVersion(models.Model):
    """What the company set on top of the packs.

    Of those whose day has come the newest is in force; one that is made later takes the
    place of what was planned before it.
    """

    version = models.PositiveIntegerField(unique=True)
    body = models.JSONField()  # see rules.packs.read_policy
    effective_on = models.DateField()  # on the company's calendar
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, viewer: Person) -> DecisionQuerySet:
        """Keep decisions on customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Decision(models.Model):
    """One answer of the policy, with the versions of the rules that gave it.

    An allowed one holds its place in the caps until it is used, given back or runs out.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=10)
    at = models.DateTimeField()  # the moment that was asked about
    decided_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    allowed = models.BooleanField()
    rule = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=24, blank=True)
    retry_at = models.DateTimeField(null=True)
    pack = models.CharField(max_length=20, blank=True)
    pack_version = models.PositiveIntegerField(null=True)
    policy_version = models.PositiveIntegerField()
    holds_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)  # from here on it is under way
    touch = models.OneToOneField(Touch, models.PROTECT, null=True, related_name="decision")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["customer", "-at"], name="decisions_on_a_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(allowed=True, rule="") | (Q(allowed=False) & ~Q(rule="")),
                name="a_no_names_its_rule",
            ),
            models.CheckConstraint(
                condition=Q(allowed=True) | Q(begun_at__isnull=True, touch__isnull=True),
                name="only_what_is_allowed_begins",
            ),
        ]


class Suppression(models.Model):
    """A number or address that must not be reached, whoever it belongs to."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone number")
        EMAIL = "email", _("E-mail address")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    key = models.CharField(max_length=64)  # a keyed hash; the address itself is not kept
    hint = models.CharField(max_length=40)  # masked, so that people recognise it
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=120)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(lifted_at__isnull=True),
                name="an_address_is_listed_once",
            )
        ]


class MarketingHold(models.Model):
    """Marketing waits while something stands between us: an open complaint. Service goes on.

    Whoever lays a hold names it, and lifts it; of several one is enough to keep it.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    cause = models.CharField(max_length=16)  # "complaint"
    ref = models.CharField(max_length=40)  # what it is, in the words of whoever laid it
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "ref"],
                condition=Q(lifted_at__isnull=True),
                name="one_hold_for_one_thing",
            )
        ]
        indexes = [
            models.Index(
                fields=["customer"],
                condition=Q(lifted_at__isnull=True),
                name="standing_holds",
            ),
            models.Index(fields=["customer", "-since"], name="holds_of_a_customer"),
        ]
