"""What happened to a case, and what was asked for and approved."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.complaints.models.cases import Case
from regulars.server.complaints.models.lists import Entry
from regulars.server.core.models import Person, public_id


class Event(models.Model):
    """What happened to a case, one line of its story. Only ever added to."""

    class What(models.TextChoices):
        OPENED = "opened", pgettext_lazy("complaint", "Taken in")
        LINKED = "linked", _("Found on file")
        HANDED = "handed", pgettext_lazy("complaint", "Given to")
        ACKNOWLEDGED = "taken", pgettext_lazy("complaint", "Acknowledged")
        NOTED = "noted", pgettext_lazy("complaint", "Note")
        CHANGED = "changed", pgettext_lazy("complaint", "Details changed")
        WAITS = "waits", _("Waiting for the customer")
        GOES_ON = "goes_on", _("Going on")
        ROSE = "rose", _("Late: went up the line")
        STAYED = "stayed", _("Late with the last one of the line")
        ASKED = "asked", _("More time asked for")
        GRANTED = "granted", _("More time given")
        REFUSED = "refused", _("More time refused")
        ANSWERED = "answered", _("Answer given")
        CLOSED = "closed", pgettext_lazy("complaint", "Closed")
        REOPENED = "reopened", pgettext_lazy("complaint", "Opened again")
        CALLED = "called", _("Called back")
        UNDONE = "undone", pgettext_lazy("complaint", "Taken back")

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    what = models.CharField(max_length=8, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    # Of going up: which clock of which round, and onto which rung.
    clock = models.CharField(max_length=12, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    rung = models.PositiveSmallIntegerField(null=True)
    # Of an answer and of a closing: until when it was due. Of a call: what was said. They stay
    # when the case is opened again and its own fields begin anew.
    due = models.DateTimeField(null=True)
    content = models.BooleanField(null=True)
    # Of a closing: what came of it, and why it had come about; figures of then count these.
    result = models.CharField(max_length=10, choices=Case.Result.choices, blank=True)
    cause = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Of changed details: codes and values, for readers of each language.
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "clock", "rung"],
                condition=Q(what="rose"),
                name="a_case_goes_up_once_to_each_rung",
            )
        ]
        indexes = [
            models.Index(fields=["case", "at"], name="story_of_a_case"),
            models.Index(fields=["at"], condition=Q(what="closed"), name="closings_by_time"),
        ]

    @property
    def in_time(self) -> bool | None:
        """Whether this answer or closing met its clock; None of anything else."""
        return None if self.due is None else self.at <= self.due


class Extension(models.Model):
    """More time that somebody asked for, and that somebody else decides."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="another_person_gives_more_time",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=30), name="more_time_is_thirty_days_at_most"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at__isnull=True),
                name="more_time_is_asked_for_once_at_a_time",
            ),
        ]
