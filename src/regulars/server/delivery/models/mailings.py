"""One text to many customers, at one time, over one line."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import public_id
from regulars.server.delivery.models.lines import Line


class Mailing(models.Model):
    """What is sent for one reason. Its deliveries are its people: frozen when they are laid
    down, and each of them is there once."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("Service")
        MARKETING = "marketing", _("Marketing")
        SURVEY = "survey", _("Surveys")
        GREETING = "greeting", _("Greetings")

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("mailing", "Running")
        PAUSED = "paused", pgettext_lazy("mailing", "Paused")
        STOPPED = "stopped", pgettext_lazy("mailing", "Stopped")
        DONE = "done", pgettext_lazy("mailing", "Finished")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.CharField(max_length=80, unique=True)  # of whoever sends: made once
    name = models.CharField(max_length=120)
    line = models.ForeignKey(Line, models.PROTECT, related_name="mailings")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    urgent = models.BooleanField(default=False)  # service that waits for no morning
    personal = models.BooleanField(default=False)  # chosen by scores or lists made of them
    product_risk = models.PositiveSmallIntegerField(null=True)
    approved = models.BooleanField(null=True)  # its text; null: it needs no approval
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    why = models.CharField(max_length=300, blank=True)  # it is paused or stopped
    not_before = models.DateTimeField()
    valid_until = models.DateTimeField()  # nothing of it goes out from here on
    complete = models.BooleanField(default=False)  # everybody who is to get it is laid down
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # When who must confirm was asked again: the provider lets it be done so often a day.
    reminded_at = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("not_before")), name="a_mailing_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paused", "stopped"]) | ~Q(why=""),
                name="who_holds_a_mailing_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["stopped", "done"], ended_at__isnull=False)
                | ~Q(state__in=["stopped", "done"]) & Q(ended_at__isnull=True),
                name="a_mailing_that_is_over_has_its_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["line"], condition=Q(state="running"), name="mailings_that_run"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def over(self) -> bool:
        return self.state in (self.State.STOPPED, self.State.DONE)
