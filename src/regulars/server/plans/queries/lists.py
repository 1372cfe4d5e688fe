"""Plans in lists: what is in force, what is late, and who has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from regulars.server.care.queries.cards import marks
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Goal, Plan, PlanQuerySet, Step
from regulars.server.plans.queries.keys import Key, rows_of, without
from regulars.server.plans.queries.plans import seen
from regulars.server.tiers.queries import TierMark

MINE, PLACE = "mine", "place"
PAGE = 50
IN_FORCE, DRAFTS, STEPS, REVIEWS, ENDED, LACKING = (
    "in_force", "drafts", "steps", "reviews", "ended", "lacking",
)  # fmt: skip
SHOWS = (IN_FORCE, DRAFTS, STEPS, REVIEWS, ENDED)


@dataclass(frozen=True)
class Line:
    """One plan of a list."""

    plan: Plan
    tier: TierMark | None
    goals: int
    reached: int
    open: int  # steps
    late: int
    next_on: date | None  # of the next open step
    review_late: bool


@dataclass(frozen=True)
class Tallies:
    """How many plans there are, what is late, and how many key customers have none."""

    in_force: int
    drafts: int
    steps: int  # open, their day is over
    reviews: int
    lacking: int


def view_of(viewer: Person, asked: str) -> str:
    """Whose plans: those who lead or look on see their place's, everybody else the own."""
    if viewer.may(Permission.SEE_TEAM) or not viewer.may(Permission.RECORD_CONTACT):
        return asked if asked in (MINE, PLACE) else PLACE
    return MINE


def tallies(viewer: Person, at: datetime, *, view: str) -> Tallies:
    today, found = core.local_date(at), of(viewer, view)
    counted = found.order_by().aggregate(
        in_force=Count("pk", filter=Q(state=Plan.State.IN_FORCE)),
        drafts=Count("pk", filter=Q(state=Plan.State.DRAFT)),
        reviews=Count("pk", filter=Q(_review_late(today))),
    )
    late = late_steps(viewer, today, view=view).count()
    return Tallies(**counted, steps=late, lacking=without(viewer, mine=view == MINE).count())


def lines(
    viewer: Person, at: datetime, *, view: str, show: str, offset: int = 0
) -> tuple[list[Line], bool]:
    """The plans of a list, the most pressing first, and whether there are more."""
    today = core.local_date(at)
    found = _shown(viewer, of(viewer, view), show, today).annotate(
        late_steps=Count("steps", filter=_late(today), distinct=True),
        open_steps=Count("steps", filter=Q(steps__state=Step.State.OPEN), distinct=True),
        next_step=Min("steps__due_on", filter=Q(steps__state=Step.State.OPEN)),
        goal_count=Count("goals", distinct=True),
        goals_reached=Count("goals", filter=Q(goals__state=Goal.State.REACHED), distinct=True),
    )
    order = ("-closed_at", "pk") if show == ENDED else ("-late_steps", "next_review_on", "pk")
    page = list(found.order_by(*order)[offset : offset + PAGE + 1])
    named = marks(viewer, [plan.customer_id for plan in page])
    return [_line(plan, named.get(plan.customer_id), today) for plan in page[:PAGE]], (
        len(page) > PAGE
    )


def late_steps(viewer: Person, today: date, *, view: str) -> QuerySet[Step]:
    """Open steps of plans in force whose day is over."""
    found = Step.objects.visible_to(viewer).filter(
        state=Step.State.OPEN, due_on__lt=today, plan__state=Plan.State.IN_FORCE,
        customer__in=Customer.objects.visible_to(viewer),
    )  # fmt: skip
    if view == MINE:
        found = found.filter(_own(viewer, "customer__book") | Q(who=viewer))
    return found.select_related("plan", "customer__book__owner", "who").order_by("due_on", "pk")


def steps_to_do(viewer: Person) -> QuerySet[Step]:
    """Open steps of plans in force that the viewer does, the first one first."""
    nobody = Q(who__isnull=True) | Q(who__is_active=False)
    found = Step.objects.visible_to(viewer).filter(
        Q(who=viewer) | nobody & Q(customer__book__owner=viewer),
        state=Step.State.OPEN, plan__state=Plan.State.IN_FORCE,
        customer__in=Customer.objects.visible_to(viewer),
    )  # fmt: skip
    return found.select_related("plan", "customer").order_by("due_on", "pk")


def reviews_to_hold(viewer: Person) -> QuerySet[Plan]:
    """The plans in force of the viewer's own books, by the day of their review."""
    found = seen(viewer).filter(customer__book__owner=viewer, state=Plan.State.IN_FORCE)
    return found.filter(next_review_on__isnull=False).order_by("next_review_on", "pk")


def lacking(viewer: Person, *, view: str, offset: int = 0) -> tuple[list[Key], bool]:
    """Key customers without a plan, the most valuable first."""
    return rows_of(viewer, without(viewer, mine=view == MINE), offset=offset)


def pressing(viewer: Person, at: datetime) -> int:
    """What the navigation counts: own late steps and reviews, and plans asked for too long."""
    today = core.local_date(at)
    found = of(viewer, MINE)
    asked = Q(state=Plan.State.DRAFT, asked_for__lt=today)
    plans = found.filter(_review_late(today) | asked).count()
    return plans + late_steps(viewer, today, view=MINE).count()


def of(viewer: Person, view: str) -> PlanQuerySet:
    """The plans of the viewer's own books, or of all the place."""
    found = seen(viewer)
    return found.filter(_own(viewer, "customer__book")) if view == MINE else found


def _own(viewer: Person, book: str) -> Q:
    return Q(**{f"{book}__owner": viewer}) | Q(**{f"{book}__backup": viewer})


def _review_late(today: date) -> Q:
    return Q(state=Plan.State.IN_FORCE, next_review_on__lt=today)


def _late(today: date) -> Q:
    return Q(steps__state=Step.State.OPEN, steps__due_on__lt=today)


def _shown(viewer: Person, found: PlanQuerySet, show: str, today: date) -> PlanQuerySet:
    if show == DRAFTS:
        return found.filter(state=Plan.State.DRAFT)
    if show == REVIEWS:
        return found.filter(_review_late(today))
    if show == ENDED:
        return found.filter(closed_at__isnull=False)
    found = found.filter(state=Plan.State.IN_FORCE)
    if show == STEPS:
        late = Step.objects.filter(plan=OuterRef("pk"), state=Step.State.OPEN, due_on__lt=today)
        return found.filter(Exists(late))
    return found


def _line(plan: Plan, tier: TierMark | None, today: date) -> Line:
    told = vars(plan)  # what was counted beside the row
    return Line(
        plan=plan,
        tier=tier,
        goals=told["goal_count"],
        reached=told["goals_reached"],
        open=told["open_steps"],
        late=told["late_steps"],
        next_on=told["next_step"],
        review_late=bool(
            plan.state == Plan.State.IN_FORCE
            and plan.next_review_on
            and plan.next_review_on < today
        ),
    )
