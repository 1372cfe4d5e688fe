"""Triggers of the company's own, and who was in a state when somebody last looked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer


class OwnTrigger(models.Model):
    """A trigger that the company made without code; what it says stands in its versions."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("trigger", "Draft")
        ON = "on", pgettext_lazy("trigger", "On")
        OFF = "off", pgettext_lazy("trigger", "Off")

    code = models.CharField(max_length=32, unique=True)  # "own_7", as tasks name it
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # What happened before this day is old news to it.
    on_since = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]


class OwnVersion(models.Model):
    """What a trigger of the company's own finds and says, from a moment on. Only added to.

    The newest one counts. It looks through the eyes of whoever wrote it.
    """

    trigger = models.ForeignKey(OwnTrigger, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()  # see rules.own
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["trigger", "number"], name="a_trigger_numbers_its_versions"
            )
        ]


class Watch(models.Model):
    """Since which morning a trigger looks at a state; what was so before is old news."""

    trigger = models.CharField(max_length=32, primary_key=True)
    since = models.DateField()


class Stay(models.Model):
    """A customer is in the state that a trigger is about, or in its segment.

    Only coming in speaks: who was in already is known here and silent until they leave.
    """

    trigger = models.CharField(max_length=32)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    since = models.DateField()
    speaks = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trigger", "customer"], name="a_stay_is_known_once")
        ]
