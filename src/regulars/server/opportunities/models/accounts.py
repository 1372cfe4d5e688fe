"""The strategy for a key customer, upon their care plan: phase, people, obstacles."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models.scoped import OfCustomers
from regulars.server.plans.models import Plan, Step
from regulars.server.trade.models import ContactPerson


class Strategy(models.Model):
    """Where we stand with a key customer. Goals, moves and reviews are those of the plan."""

    class Phase(models.TextChoices):
        FIND = "find", pgettext_lazy("phase", "Find")
        ATTACK = "attack", pgettext_lazy("phase", "Attack")
        HOLD = "hold", pgettext_lazy("phase", "Hold")
        DEFEND = "defend", pgettext_lazy("phase", "Defend")
        CULTIVATE = "cultivate", pgettext_lazy("phase", "Cultivate")

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="strategy")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    phase = models.CharField(max_length=9, choices=Phase.choices)
    since = models.DateField()
    why = models.CharField(max_length=300)
    rivals = models.CharField(max_length=200, blank=True)  # who else is there
    strengths = models.CharField(max_length=300, blank=True)  # what speaks for us

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="a_phase_says_why"),
        ]

    @property
    def public_id(self) -> str:
        """That of the plan: one plan has one strategy."""
        return self.plan.public_id


class Phase(models.Model):
    """A strategy went from one phase to another. Only ever added to."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="phases")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    before = models.CharField(max_length=9, choices=Strategy.Phase.choices, blank=True)
    after = models.CharField(max_length=9, choices=Strategy.Phase.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("after")), name="a_phase_follows_another"
            ),
        ]


class Stance(models.Model):
    """What one contact person means for the plan; role and attitude are on their own card."""

    contact = models.OneToOneField(ContactPerson, models.CASCADE, related_name="stance")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    influence = models.PositiveSmallIntegerField()  # 1 little, 2 some, 3 decides
    wants = models.CharField(max_length=200, blank=True)
    keeper = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-influence", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(influence__gte=1, influence__lte=3),
                name="influence_has_three_levels",
            ),
        ]


class Obstacle(models.Model):
    """What stands in the way, and the move that is to overcome it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("obstacle", "In the way")
        OVERCOME = "overcome", pgettext_lazy("obstacle", "Overcome")
        ACCEPTED = "accepted", pgettext_lazy("obstacle", "Lived with")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="obstacles")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    text = models.CharField(max_length=300)
    move = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="an_obstacle_says_something"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | ~Q(state="open") & Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="an_obstacle_stands_or_was_dealt_with",
            ),
        ]
