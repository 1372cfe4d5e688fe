"""What was sent with which message, and the messages that a manager confirms first."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Mailing


class Reach(models.Model):
    """One message in one version, to the customers of one mailing."""

    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="reach")
    code = models.CharField(max_length=80)  # of the message
    version = models.PositiveIntegerField()
    all_in = models.BooleanField(default=False)  # nobody else is added
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.mailing.name


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, viewer: Person) -> ConfirmationQuerySet:
        """Keep those of customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Confirmation(models.Model):
    """A message to one of the most valuable customers: it goes when their manager says so."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("confirmation", "Waits for the manager")
        CONFIRMED = "confirmed", pgettext_lazy("confirmation", "Confirmed")
        DECLINED = "declined", pgettext_lazy("confirmation", "Not to be sent")
        BY_PERSON = "by_person", pgettext_lazy("confirmation", "Said in person")
        OVER = "over", pgettext_lazy("confirmation", "Not confirmed in time")

    class Why(models.TextChoices):
        UNFIT = "unfit", _("It does not fit this customer")
        WRONG = "wrong", _("Something in it is not right")
        LATER = "later", _("Not at this time")
        KNOWN = "known", _("They know already")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    reach = models.ForeignKey(
        Reach, models.CASCADE, related_name="confirmations", db_index=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    arm = models.CharField(max_length=20, blank=True)
    basis = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=5, choices=Why.choices, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reach", "customer"], name="a_customer_is_confirmed_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="what_is_decided_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="declined") & ~Q(why="") | ~Q(state="declined") & Q(why=""),
                name="only_who_declines_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer"],
                condition=Q(state="waiting"),
                name="confirmations_that_wait",
            )
        ]

    def __str__(self) -> str:
        return self.public_id
