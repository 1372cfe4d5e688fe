"""One plan, with where its goals stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Goal, Plan, PlanQuerySet, Review, Step
from regulars.server.plans.queries.bonds import bond
from regulars.server.plans.queries.wording import STRANDS, Figure, figure, measure
from regulars.server.plans.rules import Policy, reached
from regulars.server.scoring import queries as scoring

NEAR = timedelta(days=7)


@dataclass(frozen=True)
class GoalView:
    """A goal, and where it stands by the newest figures or the last count."""

    goal: Goal
    measure: str
    now: Figure
    start: Figure
    target: Figure
    share: float | None  # of the way, 0 to 1
    is_there: bool  # the figure says so; a person decides
    late: bool


@dataclass(frozen=True)
class StepView:
    """A step, and whose it is."""

    step: Step
    who: Person | None
    builds: str
    late: bool


@dataclass(frozen=True)
class PlanView:
    """A plan as its page and its brick show it."""

    plan: Plan
    owner: Person | None
    goals: tuple[GoalView, ...]
    steps: tuple[StepView, ...]
    reviews: tuple[Review, ...]
    review_late: bool

    @property
    def open_steps(self) -> list[StepView]:
        return [each for each in self.steps if each.step.state == Step.State.OPEN]

    @property
    def ended_steps(self) -> list[StepView]:
        return [each for each in self.steps if each.step.state != Step.State.OPEN]

    @property
    def reached(self) -> int:
        return sum(each.goal.state == Goal.State.REACHED for each in self.goals)


def policy() -> Policy:
    return Policy.of(core.settings_of_company())


def one(viewer: Person, public_id: str) -> Plan | None:
    """One plan that the viewer sees."""
    return seen(viewer).filter(public_id=public_id).first()


def current(viewer: Person, customer: Customer) -> Plan | None:
    """The plan of a customer that is drafted or in force."""
    return seen(viewer).live().filter(customer=customer).first()


def after(viewer: Person, *, every: bool, cursor: str, most: int) -> list[Plan] | None:
    """Plans from the one after a plan on, the newest first; None where it is none of theirs."""
    found = seen(viewer) if every else seen(viewer).live()
    if cursor:
        last = seen(viewer).filter(public_id=cursor).first()
        if last is None:
            return None
        older = Q(made_at__lt=last.made_at) | Q(made_at=last.made_at, pk__lt=last.pk)
        found = found.filter(older)
    return list(found.order_by("-made_at", "-pk")[:most])


def ended(viewer: Person, customer: Customer, *, most: int = 10) -> list[Plan]:
    """The plans of a customer that are done or given up, the newest first."""
    found = seen(viewer).filter(customer=customer, closed_at__isnull=False)
    return list(found.order_by("-closed_at", "-pk")[:most])


def goal(viewer: Person, plan: Plan, public_id: str) -> Goal | None:
    found = Goal.objects.visible_to(viewer).filter(plan=plan, public_id=public_id)
    return found.select_related("plan__customer__book").first()


def step(viewer: Person, plan: Plan, public_id: str) -> Step | None:
    found = Step.objects.visible_to(viewer).filter(plan=plan, public_id=public_id)
    return found.select_related("plan", "customer__book__owner", "who").first()


def view(viewer: Person, plan: Plan, at: datetime) -> PlanView:
    """All of a plan: goals with their figures, steps by their day, reviews."""
    today = core.local_date(at)
    now = standings(viewer, plan.customer)
    goals = Goal.objects.visible_to(viewer).filter(plan=plan)
    steps = Step.objects.visible_to(viewer).filter(plan=plan)
    reviews = Review.objects.visible_to(viewer).filter(plan=plan).select_related("held_by")
    live = plan.is_live
    return PlanView(
        plan=plan,
        owner=plan.customer.book.owner,
        goals=tuple(_goal(each, now, today, live) for each in goals),
        steps=tuple(
            _step(each, today, live)
            for each in steps.select_related("who", "customer__book__owner")
        ),
        reviews=tuple(reviews),
        review_late=bool(
            plan.state == Plan.State.IN_FORCE
            and plan.next_review_on
            and plan.next_review_on < today
        ),
    )


def standings(viewer: Person, customer: Customer) -> Mapping[str, Decimal]:
    """Measure -> where the customer stands, as far as the house knows."""
    told: dict[str, Any] = scoring.figures(viewer, customer)
    judged = bond(viewer, customer)
    found = {
        code: Decimal(str(round(told[code], 2)))
        for code in (Goal.Measure.VALUE, Goal.Measure.CONTRIBUTION, Goal.Measure.PRODUCTS)
        if told.get(code) is not None
    }
    if judged is not None:
        found[Goal.Measure.BOND] = Decimal(judged.level)
    return {str(code): amount for code, amount in found.items()}


def seen(viewer: Person) -> PlanQuerySet:
    visible = Customer.objects.visible_to(viewer)
    found = Plan.objects.visible_to(viewer).filter(customer__in=visible)
    return found.select_related("customer__book__owner", "asked_by", "made_by", "closed_by")


def _goal(goal: Goal, known: Mapping[str, Decimal], today: date, live: bool) -> GoalView:
    own = goal.measure == Goal.Measure.OWN
    now = goal.reading if own else known.get(goal.measure)
    is_open = goal.state == Goal.State.OPEN
    return GoalView(
        goal=goal,
        measure=measure(goal.measure),
        now=figure(goal, now),
        start=figure(goal, goal.start),
        target=figure(goal, goal.target),
        share=goal.standing(now),
        is_there=is_open and bool(reached(goal.start, goal.target, now)),
        late=live and is_open and goal.by_on < today,
    )


def _step(step: Step, today: date, live: bool) -> StepView:
    return StepView(
        step=step,
        who=step.doer,
        builds=str(STRANDS.get(step.builds, "")),
        late=live and step.state == Step.State.OPEN and step.due_on < today,
    )
