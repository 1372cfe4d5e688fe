"""Alerts, every step of theirs, and who is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, viewer: Person) -> AlertQuerySet:
        """Keep the alerts about customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def live(self) -> AlertQuerySet:
        """Keep what nobody closed yet."""
        return self.exclude(state=Alert.State.CLOSED)


class Alert(models.Model):
    """One thing that somebody must know of. Its key makes it once, whoever raises it."""

    class State(models.TextChoices):
        OPEN = "open", _("Nobody has acknowledged it")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        CLOSED = "closed", pgettext_lazy("alert", "Closed")

    class Outcome(models.TextChoices):
        HANDLED = "handled", _("Dealt with")
        EXPLAINED = "explained", _("Explained: nothing to be done")
        LOST = "lost", _("Too late: business was lost")
        UNREACHED = "unreached", _("The customer could not be reached")
        MISTAKEN = "mistaken", _("Raised by mistake")
        SETTLED = "settled", _("The cause is gone")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="alerts")
    level = models.PositiveSmallIntegerField(default=0)  # of the tier when raised; 0: none
    stake = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    facts = models.JSONField(default=dict)  # numbers for the words
    raised_at = models.DateTimeField()
    # Nobody where nobody on the line is there; the next run of the clock looks again.
    holder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="alerts")
    rung = models.PositiveSmallIntegerField(default=0)  # how far up the line it has come
    by_hand = models.BooleanField(default=False)  # a person chose the holder
    due_at = models.DateTimeField()
    at_top = models.BooleanField(default=False)  # it was late with the last one of the line
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    acknowledged_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at__isnull=True, outcome=""),
                name="a_closed_alert_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged")
                | Q(acknowledged_at__isnull=False, holder__isnull=False),
                name="an_acknowledged_alert_has_its_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=~Q(state="closed"), name="live_alerts_by_time"
            ),
            models.Index(
                fields=["holder", "due_at"],
                condition=~Q(state="closed"),
                name="live_alerts_of_a_person",
            ),
            models.Index(
                fields=["customer"], condition=~Q(state="closed"), name="live_alerts_of_one"
            ),
            models.Index(
                fields=["-closed_at"], condition=Q(state="closed"), name="closed_alerts"
            ),
        ]


class Step(models.Model):
    """What happened to an alert: who had it, who has it now, and why. Only ever added to."""

    class What(models.TextChoices):
        RAISED = "raised", _("Raised")
        ESCALATED = "escalated", _("Went up the line")
        STAYED = "stayed", _("Late with the last one of the line")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        HANDED = "handed", _("Handed on")
        FOLLOWED = "followed", _("Went along")
        CLOSED = "closed", pgettext_lazy("alert", "Closed")

    class Why(models.TextChoices):
        NOT_ACKNOWLEDGED = "silent", _("not acknowledged in time")
        NOT_CLOSED = "unclosed", _("no outcome in time")
        AWAY = "away", _("the holder is away")
        GONE = "gone", _("the holder no longer works here")
        MOVED = "moved", _("the customer went to another book")
        MERGED = "merged", _("the customer was merged with another")

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="steps")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]


class Absence(models.Model):
    """Days on which somebody is not there: their alerts go to whoever stands in."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    since = models.DateField()
    until = models.DateField()  # the last day away
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="an_absence_ends_after_it_begins"
            )
        ]
