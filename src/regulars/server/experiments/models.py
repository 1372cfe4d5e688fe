"""Experiments, who is in which arm, what was read, and who is left out of everything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.experiments.rules import Arm, arms
from regulars.server.experiments.rules.labels import words_of

PROGRAMME = "holdout:"  # the source of what measures a programme holdout


class Experiment(models.Model):
    """One question put to chance: what did it change that these customers were treated?"""

    class Kind(models.TextChoices):
        CAMPAIGN = "campaign", pgettext_lazy("experiment", "Campaign")
        CALL_LIST = "call_list", pgettext_lazy("experiment", "Call list")
        SALON = "salon", pgettext_lazy("experiment", "Salon")
        TRIGGER = "trigger", pgettext_lazy("experiment", "Trigger")
        OTHER = "other", pgettext_lazy("experiment", "Other")

    class Outcome(models.TextChoices):
        REVENUE = "revenue", pgettext_lazy("outcome", "Revenue")
        MARGIN = "margin", pgettext_lazy("outcome", "Margin")
        PURCHASES = "purchases", pgettext_lazy("outcome", "Number of purchases")
        BOUGHT = "bought", pgettext_lazy("outcome", "Bought at all")
        ACTIVE = "active", pgettext_lazy("outcome", "Did anything by themselves")
        ASSETS = "assets", pgettext_lazy("outcome", "Assets at the end")
        HOLDINGS = "holdings", pgettext_lazy("outcome", "Products held at the end")
        RATE = "rate", pgettext_lazy("outcome", "Yes or no, from a file")
        AMOUNT = "amount", pgettext_lazy("outcome", "A figure, from a file")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("experiment", "Planned")
        RUNNING = "running", pgettext_lazy("experiment", "Running")
        CLOSED = "closed", pgettext_lazy("experiment", "Closed")

    class Decision(models.TextChoices):
        AGAIN = "again", _("Do it again")
        WIDER = "wider", _("Do it for more customers")
        CHANGE = "change", _("Change it and measure again")
        STOP = "stop", _("Do not do it again")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    label = models.CharField(max_length=60, blank=True)  # what it is pooled under beside kind
    source = models.CharField(max_length=80, null=True, unique=True)  # of machine-made ones
    arms = models.JSONField()
    salt = models.CharField(max_length=60, unique=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    window_days = models.PositiveSmallIntegerField(default=30)
    before_days = models.PositiveSmallIntegerField(default=90)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # everything is in by then; none: it goes on
    rolling = models.BooleanField(default=False)  # customers enter day by day
    # What one more unit of the outcome brings: share of revenue, money per purchase.
    margin = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    fixed_cost = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    cost_each = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    planned_size = models.PositiveIntegerField(null=True)
    detectable = models.FloatField(null=True)  # as planned, in the unit of the outcome
    deviation = models.FloatField(null=True)  # of the outcome, from the own history
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_by = models.CharField(max_length=60)  # an actor's label
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True)
    why = models.TextField(blank=True)  # the review, in the owner's words
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    brought = models.JSONField(null=True)  # sums by arm, of one that came as a file

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="an_experiment_has_a_name"),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=730),
                name="an_experiment_has_a_window",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="an_experiment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="an_experiment_is_closed_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | ~Q(decision="") & ~Q(why="") & Q(decided_at__isnull=False),
                name="a_decision_says_why",
            ),
            models.CheckConstraint(
                condition=Q(fixed_cost__gte=0, cost_each__gte=0), name="costs_are_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def label_words(self) -> str:
        return words_of(self.label)

    @property
    def all_arms(self) -> tuple[Arm, ...]:
        return arms.read(self.arms)

    @property
    def control_share(self) -> float:
        return next(arm.share for arm in self.all_arms if arm.is_control)

    @property
    def is_programme(self) -> bool:
        """Whether it measures a programme holdout: by hash, without assignments."""
        return (self.source or "").startswith(PROGRAMME)

    @property
    def is_brought(self) -> bool:
        return self.brought is not None

    @property
    def enrols_until(self) -> date | None:
        """The first day on which nobody enters any more."""
        if not self.rolling or self.ends_on is None:
            return self.ends_on
        return self.ends_on - timedelta(days=self.window_days)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, viewer: Person) -> AssignmentQuerySet:
        """Keep the customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Assignment(models.Model):
    """A customer's arm in one experiment."""

    # Without constraints: the statement that assigns joins both, and a million customers
    # would cost two million checks at the commit.
    experiment = models.ForeignKey(
        Experiment,
        models.CASCADE,
        related_name="assignments",
        db_index=False,
        db_constraint=False,
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False
    )
    arm = models.CharField(max_length=12)
    assigned_at = models.DateTimeField()
    assigned_on = models.DateField()  # the company's day
    # A person who was two customers, one in each arm: in no reading any more.
    crossed = models.BooleanField(default=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "customer"], name="one_arm_in_an_experiment"
            )
        ]


class Reading(models.Model):
    """What an experiment said on one day. Rows are added, never changed."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="readings")
    look = models.PositiveSmallIntegerField()  # the first is 1
    at = models.DateTimeField()
    until = models.DateField()  # facts before this day
    is_final = models.BooleanField(default=False)
    code = models.CharField(max_length=17)  # the verdict's
    difference = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    standard_error = models.FloatField(null=True)
    body = models.JSONField()  # see rules.judging

    class Meta:
        ordering = ["look"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "look"], name="one_reading_a_look")
        ]


class _Days(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class GlobalHoldout(models.Model):
    """The share of all customers that is left out of all marketing for a while."""

    share = models.FloatField()
    salt = models.CharField(max_length=60, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()  # the first day on which it is over
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=0.2), name="a_programme_holdout_is_small"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="a_programme_holdout_ends"
            ),
            ExclusionConstraint(
                name="one_programme_holdout_at_a_time",
                expressions=[
                    (_Days("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS)
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"

    def told(self) -> dict[str, Any]:
        return {"share": self.share, "starts_on": self.starts_on, "ends_on": self.ends_on}
