"""Visits: planned, arrived at, written up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, viewer: Person) -> VisitQuerySet:
        """Keep the visits to customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def ahead(self) -> VisitQuerySet:
        """Those that were neither written up nor called off."""
        return self.filter(state=Visit.State.PLANNED)


class Visit(models.Model):
    """Somebody goes to see a customer: planned, arrived, written up as a contact."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Visited")
        CANCELLED = "cancelled", _("Called off")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="visits")
    person = models.ForeignKey(Person, models.PROTECT, related_name="visits")  # who goes
    # Who comes along.
    beside = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    hour = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)  # empty: at the customer's address
    topic = models.CharField(max_length=12, choices=Touch.Topic.choices)
    aim = models.CharField(max_length=200, blank=True)  # what is to come of it
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    # Where that was, to three decimals of a degree (about 100 m); only with the setting, and
    # only if the person said so each time.
    latitude = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    longitude = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, related_name="visits")
    why_not = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # written up, or called off
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # The same form sent twice is one visit.
    once = models.CharField(max_length=40, null=True, unique=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["day", "hour", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(why_not=""),
                name="a_visit_called_off_says_why",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                    arrived_at__isnull=False,
                ),
                name="a_position_is_whole_and_of_an_arrival",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "day"], condition=Q(state="planned"), name="visits_ahead"
            ),
        ]
