"""Addresses of calendars, what each reader was told last, and one letter a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id


class Wish(models.Model):
    """What somebody wants outside of the house; who never said keeps the company's usual."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    letter = models.BooleanField(null=True)  # null: as the company has it
    names = models.BooleanField(default=False)  # only where the company lets names out
    each = models.BooleanField(default=False)  # an entry for each card, not one for the day


class Feed(models.Model):
    """The secret address of one person's calendar, kept as a hash. A new one replaces it."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20)  # in which it was made: another one ends it
    made_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)
    last_agent = models.CharField(max_length=80, blank=True)
    # How often it was read in this hour: what its limit is measured by.
    hour = models.DateTimeField(null=True)
    reads = models.PositiveIntegerField(default=0)


class Told(models.Model):
    """One entry as it was told last: what makes its sequence grow when it changes."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="told")
    uid = models.CharField(max_length=80)
    print = models.CharField(max_length=64)  # of all that it said
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    seen_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "uid"], name="an_entry_is_told_once")
        ]


class Letter(models.Model):
    """The morning mail of one person and day: it goes out once, or nobody knows."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Perhaps sent: the connection broke at the last moment")
        FAILED = "failed", _("Not sent")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)  # of the attempt that may have gone out
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)  # in the server's own words

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"], name="one_letter_a_person_and_day"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False)
                | ~Q(state="waiting") & Q(next_try_at__isnull=True),
                name="a_letter_that_waits_says_until_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="letters_that_wait"
            )
        ]
