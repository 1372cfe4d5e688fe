"""Customers who cost more than they bring, led to self-service: reviewed, and for a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class SteeringQuerySet(models.QuerySet["Steering"]):
    def visible_to(self, viewer: Person) -> SteeringQuerySet:
        """Keep those of customers in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def waiting(self) -> SteeringQuerySet:
        return self.filter(state=Steering.State.PROPOSED)


class Steering(models.Model):
    """One proposal to look after a customer by self-service, and what a second person said.

    While it holds the customer has the standard of the lowest level: the channel shifts, and
    nothing else. No price, no term, no access changes; service notices and complaints go on.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("steering", "Waits for review")
        APPROVED = "approved", pgettext_lazy("steering", "Agreed")
        REFUSED = "refused", pgettext_lazy("steering", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("steering", "Withdrawn")
        ENDED = "ended", pgettext_lazy("steering", "Ended early")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField(max_length=400)
    # What it rests on: twelve months of the run of that day.
    earned = models.DecimalField(max_digits=18, decimal_places=2)
    cost = models.DecimalField(max_digits=18, decimal_places=2)
    as_of = models.DateField()
    review_on = models.DateField()  # from this day on it no longer holds
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    from_day = models.DateField(null=True)
    answer = models.CharField(max_length=400, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)

    objects = SteeringQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["state", "review_on"], name="steerings_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="proposed"),
                name="one_proposal_for_a_customer",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="a_steering_is_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False, from_day__isnull=False),
                name="an_agreed_steering_was_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(from_day__isnull=True) | Q(review_on__gt=F("from_day")),
                name="a_steering_ends",
            ),
        ]

    @property
    def contribution(self) -> Decimal:
        """Profit minus cost to serve, of twelve months."""
        return self.earned - self.cost

    def holds(self, day: date) -> bool:
        """Tell whether the customer is led by self-service on a day."""
        if self.state != self.State.APPROVED or self.from_day is None:
            return False
        return self.from_day <= day < self.review_on
