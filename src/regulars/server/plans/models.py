"""Plans for key customers, and how they are bound to us."""

from __future__ import annotations

from decimal import Decimal
from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.plans import rules

M = TypeVar("M", bound=models.Model)


class OfCustomers(models.QuerySet[M]):
    """Rows that name their customer."""

    def visible_to(self, viewer: Person) -> Self:
        """Keep what is about customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class PlanQuerySet(OfCustomers["Plan"]):
    def live(self) -> Self:
        """Keep drafts and what is in force: one of a customer at most."""
        return self.filter(state__in=LIVE)


class Plan(models.Model):
    """What is meant to become of one customer. Whoever looks after them answers for it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("plan", "Draft")
        IN_FORCE = "in_force", pgettext_lazy("plan", "In force")
        DONE = "done", pgettext_lazy("plan", "Done")
        GIVEN_UP = "given_up", pgettext_lazy("plan", "Given up")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="care_plans")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    aim = models.CharField(max_length=500, blank=True)  # what the customer needs, and we want
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    # Somebody who leads asked for the plan, in these words and until this day.
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_words = models.CharField(max_length=300, blank=True)
    asked_for = models.DateField(null=True)
    in_force_at = models.DateTimeField(null=True)
    next_review_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_words = models.CharField(max_length=500, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state__in=["draft", "in_force"]),
                name="one_live_plan_of_a_customer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_force"], closed_at__isnull=True)
                | Q(state__in=["done", "given_up"], closed_at__isnull=False)
                & ~Q(closed_words=""),
                name="a_closed_plan_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force")
                | Q(next_review_on__isnull=False, in_force_at__isnull=False) & ~Q(aim=""),
                name="a_plan_in_force_has_an_aim_and_a_review",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_review_on"],
                condition=Q(state="in_force"),
                name="plans_by_review",
            ),
        ]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


LIVE = (Plan.State.DRAFT, Plan.State.IN_FORCE)


class Goal(models.Model):
    """Where a plan goes: a figure, a target, a day."""

    class Measure(models.TextChoices):
        VALUE = "value", _("Assets with us, or spend of 12 months")
        CONTRIBUTION = "contribution_12", _("Contribution of 12 months")
        PRODUCTS = "products_held", _("Products held")
        BOND = "bond", _("Level of the bond")
        OWN = "own", _("Something else, counted by hand")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("goal", "Open")
        REACHED = "reached", pgettext_lazy("goal", "Reached")
        MISSED = "missed", pgettext_lazy("goal", "Not reached")
        DROPPED = "dropped", pgettext_lazy("goal", "Dropped")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    text = models.CharField(max_length=300)
    measure = models.CharField(max_length=16, choices=Measure.choices)
    unit = models.CharField(max_length=20, blank=True)  # of what is counted by hand
    start = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    target = models.DecimalField(max_digits=18, decimal_places=2)
    by_on = models.DateField()
    # Where it stands, of what is counted by hand; the rest is read from the newest figures.
    reading = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    read_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["by_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_goal_says_something"),
            models.CheckConstraint(
                condition=~Q(measure="own") | ~Q(unit=""), name="what_is_counted_has_a_unit"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | ~Q(state="open") & Q(decided_at__isnull=False),
                name="a_goal_is_open_or_decided",
            ),
            models.CheckConstraint(
                condition=Q(reading__isnull=True) | Q(read_on__isnull=False),
                name="a_reading_has_its_day",
            ),
        ]

    def standing(self, now: Decimal | None) -> float | None:
        return rules.share(self.start, self.target, now)


class Step(models.Model):
    """One thing that somebody does for a plan until a day."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("step", "Open")
        DONE = "done", pgettext_lazy("step", "Done")
        DROPPED = "dropped", pgettext_lazy("step", "Dropped")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    text = models.CharField(max_length=300)
    # Nobody named: whoever looks after the customer then.
    who = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    builds = models.CharField(max_length=20, blank=True)  # the strand that it is to make
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    done_on = models.DateField(null=True)
    outcome = models.CharField(max_length=300, blank=True)  # or why it was dropped
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_step_says_something"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, done_on__isnull=True)
                | Q(state="done", decided_at__isnull=False, done_on__isnull=False)
                | Q(state="dropped", decided_at__isnull=False, done_on__isnull=True)
                & ~Q(outcome=""),
                name="a_step_is_open_done_or_dropped_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="open_plan_steps"),
        ]

    @property
    def doer(self) -> Person | None:
        """Who does it: who is named while they work here, else who has the customer."""
        if self.who is not None and self.who.is_active:
            return self.who
        return self.customer.book.owner


class Review(models.Model):
    """A plan was looked at: what was learned, and whether it goes on."""

    class Verdict(models.TextChoices):
        KEEP = "keep", pgettext_lazy("review", "Keep it as it is")
        CHANGE = "change", pgettext_lazy("review", "Change it")
        CLOSE = "close", pgettext_lazy("review", "Close it: its work is done")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="reviews")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    held_on = models.DateField()
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    learned = models.CharField(max_length=500)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    next_on = models.DateField(null=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(learned=""), name="a_review_learns_something"),
            models.CheckConstraint(
                condition=Q(verdict="close", next_on__isnull=True)
                | ~Q(verdict="close") & Q(next_on__gt=F("held_on")),
                name="a_review_names_the_next",
            ),
        ]


class Bond(models.Model):
    """How a customer is bound, as somebody judged it one day. Only ever added to."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bonds")
    level = models.PositiveSmallIntegerField()  # by the rule of that day
    strands = ArrayField(models.CharField(max_length=20), default=list)
    suggested = ArrayField(models.CharField(max_length=20), default=list)  # by facts, then
    note = models.CharField(max_length=300, blank=True)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-judged_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__lte=3), name="a_bond_has_three_levels_at_most"
            )
        ]
        indexes = [models.Index(fields=["customer", "-judged_at"], name="bonds_of_a_customer")]
