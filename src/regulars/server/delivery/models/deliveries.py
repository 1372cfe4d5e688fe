"""One message to one customer, from the moment it is laid down to its last news."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Decision
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.delivery.models.lines import Line
from regulars.server.delivery.models.mailings import Mailing


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, viewer: Person) -> DeliveryQuerySet:
        """Keep messages to customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Delivery(models.Model):
    """One message to one customer.

    It waits, is taken by a sender (`leased`), and is marked (`begun`) at the last moment at
    which nothing went out. A marked one is never marked again by a machine, unless its
    provider knows our key. What the sender's death left marked is `unknown`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
        LEASED = "leased", pgettext_lazy("delivery", "About to be sent")
        BEGUN = "begun", pgettext_lazy("delivery", "Being sent")
        CREATED = "created", _("Waits for an employee to confirm")
        SENT = "sent", pgettext_lazy("delivery", "Sent")
        DELIVERED = "delivered", pgettext_lazy("delivery", "Arrived")
        UNKNOWN = "unknown", _("Perhaps sent: nobody saw the end")
        FAILED = "failed", pgettext_lazy("delivery", "Failed")
        BOUNCED = "bounced", _("The address does not exist")
        LIMITED = "limited", _("The provider's limit for this customer was reached")
        KEPT = "kept", _("Not sent: a rule said no")
        EXPIRED = "expired", _("Not sent: its time was over")
        STOPPED = "stopped", pgettext_lazy("delivery", "Not sent: it was stopped")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    mailing = models.ForeignKey(
        Mailing, models.PROTECT, related_name="deliveries", db_index=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    # Of the address: two customers with one number get one message.
    address_key = models.CharField(max_length=64, blank=True)
    hint = models.CharField(max_length=40, blank=True)  # of the address, masked
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="zh")
    sender = models.CharField(max_length=64, blank=True)  # WeCom: the employee
    arm = models.CharField(max_length=20, blank=True)
    basis = models.JSONField(default=dict)  # versions of the rules, the text and the data
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    rule = models.CharField(max_length=12, blank=True)  # of the policy, that kept or delays it
    reason = models.CharField(max_length=24, blank=True)
    code = models.CharField(max_length=60, blank=True)  # the provider's
    said = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.IntegerField(null=True)  # whose lock holds it
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", db_index=False
    )
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # it was sent, or will not be
    news_at = models.DateTimeField(null=True)  # last heard of the provider
    provider_id = models.CharField(max_length=120, blank=True)
    parts = models.PositiveSmallIntegerField(default=1)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    complained = models.BooleanField(default=False)
    laid_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "customer"], name="a_customer_is_once_in_a_mailing"
            ),
            models.UniqueConstraint(
                fields=["mailing", "address_key"],
                condition=~Q(address_key=""),
                name="an_address_is_once_in_a_mailing",
            ),
            models.CheckConstraint(
                condition=Q(worker__isnull=False, state__in=["leased", "begun"])
                | Q(worker__isnull=True) & ~Q(state__in=["leased", "begun"]),
                name="who_sends_holds_it",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=["begun", "created", "sent", "delivered", "unknown", "limited"]
                )
                | Q(begun_at__isnull=False),
                name="what_went_out_was_marked",
            ),
            models.CheckConstraint(
                condition=~Q(state="kept") | ~Q(rule=""), name="what_is_kept_names_its_rule"
            ),
        ]
        indexes = [
            models.Index(
                fields=["mailing", "due_at"],
                condition=Q(state="waiting"),
                name="deliveries_that_wait",
            ),
            models.Index(
                fields=["worker"],
                condition=Q(worker__isnull=False),
                name="deliveries_in_hand",
            ),
            models.Index(fields=["customer", "-id"], name="deliveries_of_a_customer"),
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="deliveries_by_their_number",
            ),
            models.Index(
                fields=["mailing"],
                condition=Q(state="unknown"),
                name="deliveries_of_unknown_end",
            ),
            models.Index(
                fields=["decision"],
                condition=Q(decision__isnull=False),
                name="deliveries_of_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Heard(models.Model):
    """One thing that a provider told, or a customer wrote back. Told twice, kept once."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="heard", db_index=False)
    once = models.CharField(max_length=120)
    what = models.CharField(max_length=10)  # see kinds.Happened
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, null=True, related_name="news", db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    code = models.CharField(max_length=60, blank=True)
    said = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)  # what the customer wrote

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "once"], name="news_is_kept_once")
        ]
        indexes = [
            models.Index(
                fields=["delivery"],
                condition=Q(delivery__isnull=False),
                name="news_of_a_delivery",
            ),
            models.Index(
                fields=["customer", "-id"],
                condition=Q(customer__isnull=False),
                name="news_of_a_customer",
            ),
        ]
