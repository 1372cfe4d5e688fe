"""Journeys, their versions, who is on their way, and what happened to them."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, local_name, public_id
from regulars.server.customers.models import Customer

M = TypeVar("M", bound=models.Model)


class OfCustomers(models.QuerySet[M]):
    """Rows that name their customer."""

    def visible_to(self, viewer: Person) -> Self:
        """Keep what is about customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Journey(models.Model):
    """A way that customers go, whatever its version; it looks through its owner's eyes."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("journey", "Not started")
        RUNNING = "running", pgettext_lazy("journey", "Running")
        PAUSED = "paused", pgettext_lazy("journey", "Paused")
        STOPPED = "stopped", pgettext_lazy("journey", "Stopped")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    why = models.CharField(max_length=300, blank=True)  # it is paused or stopped
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    looked_on = models.DateField(null=True)  # the last day on which customers were taken in

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_journey_has_a_name"),
            models.CheckConstraint(
                condition=~Q(state__in=["paused", "stopped"]) | ~Q(why=""),
                name="who_holds_a_journey_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", started_at__isnull=True)
                | ~Q(state="draft") & Q(started_at__isnull=False),
                name="a_journey_that_runs_was_started",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", ended_at__isnull=False)
                | ~Q(state="stopped") & Q(ended_at__isnull=True),
                name="a_stopped_journey_has_its_end",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def source(self) -> str:
        """Under which the experiment of its holdout is kept."""
        return f"journey:{self.public_id}"


class Version(models.Model):
    """One wording of a journey: written, submitted, approved by another person, replaced."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("journey version", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("journey version", "Waits for approval")
        APPROVED = "approved", pgettext_lazy("journey version", "In force")
        RETIRED = "retired", pgettext_lazy("journey version", "Replaced")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    body = models.JSONField()  # see rules.reading
    # Where customers at a step that is gone go on: its id -> another one, or "leave".
    moves = models.JSONField(default=dict)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    # Everybody who had a hand in it: none of them approves it.
    authors = ArrayField(models.BigIntegerField(), default=list)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["journey", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "number"], name="a_journey_version_has_its_number"
            ),
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(state="approved"),
                name="one_journey_version_in_force",
            ),
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(state__in=["draft", "submitted"]),
                name="one_journey_version_in_the_making",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "retired"])
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("written_by"))
                & ~Q(decided_by=F("submitted_by")),
                name="nobody_approves_their_own_journey",
            ),
        ]


class Traveller(models.Model):
    """One customer on one journey. Nobody is on the same journey twice at a time."""

    class State(models.TextChoices):
        TRAVELLING = "travelling", pgettext_lazy("traveller", "On the way")
        HELD = "held", pgettext_lazy("traveller", "Left alone by lot")
        GOAL = "goal", pgettext_lazy("traveller", "Reached the goal")
        EXITED = "exited", pgettext_lazy("traveller", "Went to the end")
        STOPPED = "stopped", pgettext_lazy("traveller", "Taken out")

    class Why(models.TextChoices):
        """Why somebody was taken out, where nobody did it by hand."""

        BY_HAND = "by_hand", pgettext_lazy("traveller", "By hand")
        MERGED = "merged", pgettext_lazy("traveller", "Two customers became one")
        GONE = "gone", pgettext_lazy("traveller", "Not a customer to be spoken to any more")
        STEP_GONE = "step_gone", pgettext_lazy("traveller", "The step is not there any more")
        JOURNEY = "journey", pgettext_lazy("traveller", "The journey was stopped")
        WINDOW = "window", pgettext_lazy("traveller", "The time for the goal is over")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    journey = models.ForeignKey(
        Journey, models.PROTECT, related_name="travellers", db_index=False
    )
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices)
    is_control = models.BooleanField(default=False)  # left alone by lot
    step = models.CharField(max_length=12, blank=True)  # where they are
    turn = models.PositiveSmallIntegerField(default=1)
    begun_at = models.DateTimeField(null=True)  # a wait or a task, that lasts until `due_at`
    due_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    watched_until = models.DateField()  # the goal counts up to this day
    goal_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=9, choices=Why.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "customer"],
                condition=Q(ended_at__isnull=True),
                name="nobody_travels_twice_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["travelling", "held"], ended_at__isnull=True)
                | Q(state__in=["goal", "exited", "stopped"], ended_at__isnull=False),
                name="a_traveller_is_on_the_way_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="travelling", due_at__isnull=False) & ~Q(step="")
                | ~Q(state="travelling") & Q(due_at__isnull=True),
                name="who_travels_is_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | ~Q(why=""), name="who_is_taken_out_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="goal") | Q(goal_at__isnull=False),
                name="who_reached_the_goal_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state="travelling"),
                name="travellers_that_are_due",
            ),
            models.Index(fields=["journey", "customer"], name="travellers_of_a_journey"),
            models.Index(
                fields=["journey", "step"],
                condition=Q(state="travelling"),
                name="travellers_at_a_step",
            ),
            models.Index(fields=["customer", "-id"], name="journeys_of_a_customer"),
        ]


class Happened(models.Model):
    """What happened to a traveller at a step, once. Rows are only added."""

    traveller = models.ForeignKey(
        Traveller, models.CASCADE, related_name="happened", db_index=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    step = models.CharField(max_length=12)
    turn = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=6)
    way = models.CharField(max_length=4)  # the one that was taken
    what = models.CharField(max_length=10)  # sent, late, waited, done, undone, ...
    key = models.CharField(max_length=80, blank=True)  # of the mailing
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["traveller", "step", "turn"], name="a_step_happens_once"
            )
        ]


class Errand(models.Model):
    """A step that whoever looks after the customer does; the traveller waits for it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("errand", "Open")
        DONE = "done", pgettext_lazy("errand", "Done")
        LAPSED = "lapsed", pgettext_lazy("errand", "Not done in time")
        DROPPED = "dropped", pgettext_lazy("errand", "Not needed any more")

    traveller = models.ForeignKey(Traveller, models.CASCADE, related_name="errands")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    step = models.CharField(max_length=12)
    turn = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=200)
    script = models.CharField(max_length=500, blank=True)
    on = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["traveller", "step", "turn"], name="an_errand_is_laid_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | ~Q(state="open") & Q(ended_at__isnull=False),
                name="an_errand_is_open_or_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["on"], condition=Q(state="open"), name="errands_that_are_open")
        ]


class Inside(models.Model):
    """Who was in the segment of a journey at the last look: newcomers are found by it."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "customer"], name="inside_once")
        ]
