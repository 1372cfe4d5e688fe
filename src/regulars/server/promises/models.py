"""The ledger of promises."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, viewer: Person) -> PromiseQuerySet:
        """Keep the promises to customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def open(self) -> PromiseQuerySet:
        return self.filter(state=Promise.State.OPEN)

    def owed(self) -> PromiseQuerySet:
        """Keep what is broken and was not made good either."""
        return self.filter(state=Promise.State.BROKEN, done_at__isnull=True)


class Promise(models.Model):
    """One promise to a customer, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("promise", "Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="promises")
    text = models.CharField(max_length=300)
    to_whom = models.CharField(max_length=120, blank=True)  # empty: the customer
    due_at = models.DateTimeField()
    has_hour = models.BooleanField(default=False)  # else by the end of that working day
    # Nobody where nobody looks after the customer.
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="promises")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, related_name="promises")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)  # of a broken one: late, but done
    note = models.CharField(max_length=300, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_promise_says_something"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("made_at")), name="a_promise_lies_ahead"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | ~Q(state="open") & Q(decided_at__isnull=False),
                name="a_promise_is_open_or_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(note=""),
                name="a_withdrawal_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="open_promises"),
            models.Index(fields=["owner", "decided_at"], name="promises_of_a_person"),
            models.Index(fields=["customer", "-due_at"], name="promises_to_a_customer"),
        ]
