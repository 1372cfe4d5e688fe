"""Opportunities in lists and by stage; every number of the funnel leads to such a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
)

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.opportunities.models.deals import OpportunityQuerySet
from regulars.server.opportunities.queries.seen import View, own, seen, view
from regulars.server.opportunities.queries.stages import open_stages

MINE, PLACE = "mine", "place"
BOOKS = "books"  # of customers in the viewer's own books, whoever owns the opportunity
AHEAD = 3  # months of the forecast shown one by one, this one first
PAGE = 50
COLUMN = 30  # cards of one column of the board
STALE, LATE, NO_STEP, OVERDUE = "stale", "late", "no_step", "overdue"
BEYOND_MONTHS, UNDATED = "ahead", "undated"  # beyond the months shown; no day said
PRESSING = (LATE, NO_STEP, STALE, OVERDUE, BEYOND_MONTHS, UNDATED)
NOBODY = "nobody"
BEYOND = 32_767  # behind the last stage


@dataclass(frozen=True)
class Wanted:
    """Which opportunities: what the address of a list says.

    Attributes
    ----------
    reached
        Position of an open stage that they came to, whatever became of them.
    ended
        Position of the furthest stage of those that were lost there.
    waits
        Position of the furthest stage of those that are open.
    passed
        Position of a stage that they went beyond.
    made
        Months back from which on they were made; 0: ever.
    month
        The month in which an open one is expected, or a won one was won.
    """

    view: str = MINE
    state: str = "open"  # open, won, lost, ended, all
    stage: str = ""
    kind: str = ""
    source: str = ""
    owner: str = ""
    branch: str = ""
    reason: str = ""
    press: str = ""
    reached: int | None = None
    passed: int | None = None
    ended: int | None = None
    waits: int | None = None
    made: int = 0
    month: date | None = None
    proved: str = ""
    today: date = field(default=date.max)


@dataclass(frozen=True)
class Column:
    """One stage of the board."""

    stage: Stage
    count: int
    amount: Decimal
    cards: tuple[View, ...]


@dataclass(frozen=True)
class Tallies:
    """What is open, what it is worth, what presses."""

    open: int
    amount: Decimal
    late: int
    no_step: int
    stale: int


def view_of(viewer: Person, asked: str) -> str:
    """Whose: those who lead or look on see their place's, everybody else the own."""
    if asked == BOOKS and viewer.may(Permission.RECORD_CONTACT):
        return BOOKS
    if viewer.may(Permission.SEE_TEAM) or not viewer.may(Permission.RECORD_CONTACT):
        return asked if asked in (MINE, PLACE) else PLACE
    return MINE


def of(viewer: Person, whose: str) -> OpportunityQuerySet:
    found = seen(viewer).counted()
    if whose == BOOKS:
        return found.filter(customer__book__owner=viewer)
    return found.filter(own(viewer)) if whose == MINE else found


def asked(viewer: Person, wanted: Wanted, at: datetime) -> OpportunityQuerySet:
    """The opportunities of a list, before their order."""
    found = of(viewer, wanted.view)
    found = _by_state(found, wanted.state)
    equal: Mapping[str, Any] = {
        "stage__code": wanted.stage, "kind": wanted.kind, "source": wanted.source,
        "customer__book__org_unit__code": wanted.branch, "reason": wanted.reason,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if wanted.owner:
        found = found.filter(_owned(wanted.owner))
    if wanted.press in PRESSING:
        found = pressing(found, wanted.press, at)
    if wanted.made:
        found = found.filter(made_at__gte=since(wanted.made, at))
    if wanted.month:
        found = _in_month(found, wanted.month, core.local_date(at))
    if wanted.proved:
        found = (
            found.filter(state="won").exclude(proof_kind="")
            if wanted.proved == "yes"
            else (found.filter(state="won", proof_kind=""))
        )
    return _by_way(found, wanted)


def lines(
    viewer: Person, wanted: Wanted, at: datetime, *, offset: int = 0
) -> tuple[list[View], bool]:
    """A page of a list, the nearest next step first, and whether there are more."""
    found = asked(viewer, wanted, at)
    nothing = F("next_on").asc(nulls_last=True)
    order = (nothing, "-amount", "pk") if wanted.state == "open" else ("-closed_at", "pk")
    if wanted.state == "all":
        order = ("-made_at", "pk")
    rows = list(found.order_by(*order)[offset : offset + PAGE + 1])
    return [view(each, at) for each in rows[:PAGE]], len(rows) > PAGE


def totals(viewer: Person, wanted: Wanted, at: datetime) -> tuple[int, Decimal]:
    """How many a list holds, and the sum of their amounts."""
    told = asked(viewer, wanted, at).order_by().aggregate(n=Count("pk"), sum=Sum("amount"))
    return told["n"], told["sum"] or Decimal(0)


def board(viewer: Person, wanted: Wanted, at: datetime) -> list[Column]:
    """The open ones by stage; what needs a hand stands on top of its column."""
    found = asked(viewer, wanted, at)
    columns = []
    for stage in open_stages():
        inside = found.filter(stage=stage)
        told = inside.order_by().aggregate(n=Count("pk"), sum=Sum("amount"))
        order = (F("next_on").asc(nulls_first=True), "-amount", "pk")
        cards = tuple(view(each, at) for each in inside.order_by(*order)[:COLUMN])
        columns.append(Column(stage, told["n"], told["sum"] or Decimal(0), cards))
    return columns


def tallies(viewer: Person, at: datetime, *, whose: str) -> Tallies:
    found = of(viewer, whose).open()
    told = found.order_by().aggregate(n=Count("pk"), sum=Sum("amount"))
    return Tallies(
        open=told["n"],
        amount=told["sum"] or Decimal(0),
        late=pressing(found, LATE, at).count(),
        no_step=pressing(found, NO_STEP, at).count(),
        stale=pressing(found, STALE, at).count(),
    )


def waiting(viewer: Person, at: datetime) -> int:
    """What the navigation counts: the viewer's own next steps past their day."""
    return pressing(of(viewer, MINE).open(), LATE, at).count()


def to_do(viewer: Person) -> QuerySet[Opportunity]:
    """Open ones of the viewer with a next step, the first day first."""
    found = of(viewer, MINE).open().filter(next_on__isnull=False)
    return found.order_by("next_on", "pk")


def pressing(found: OpportunityQuerySet, what: str, at: datetime) -> OpportunityQuerySet:
    """Those that need a hand: late, without a next step, stale, or past their day."""
    today, rows = core.local_date(at), found.open()
    if what == LATE:
        return rows.filter(next_on__lt=today)
    if what == NO_STEP:
        return rows.filter(next_step="")
    if what == OVERDUE:
        return rows.filter(expected_on__lt=today)
    if what == UNDATED:
        return rows.filter(expected_on__isnull=True)
    if what == BEYOND_MONTHS:
        return rows.filter(expected_on__gte=add_months(today.replace(day=1), AHEAD))
    patience = ExpressionWrapper(
        F("stage__patience") * Value(timedelta(days=1)), output_field=DurationField()
    )
    return rows.filter(moved_at__lt=Value(at) - patience)


def since(months: int, at: datetime) -> datetime:
    """The moment at which a span of so many months back begins."""
    first = add_months(core.local_date(at), -months)
    return datetime(first.year, first.month, first.day, tzinfo=core.time_zone())


def month_bounds(month: date) -> tuple[datetime, datetime]:
    zone, stop = core.time_zone(), add_months(month.replace(day=1), 1)
    return (
        datetime(month.year, month.month, 1, tzinfo=zone),
        datetime(stop.year, stop.month, 1, tzinfo=zone),
    )


def name_of(username: str) -> str:
    """The name of a colleague; nothing where there is none of that user name."""
    found = Person.objects.filter(username=username).first() if username else None
    return str(found) if found else ""


def place_of(code: str) -> str:
    """The name of a branch; nothing where there is none of that code."""
    found = OrgUnit.objects.filter(code=code).first() if code else None
    return str(found) if found else ""


def _by_state(found: OpportunityQuerySet, state: str) -> OpportunityQuerySet:
    if state == "ended":
        return found.exclude(state="open")
    return found.filter(state=state) if state in Opportunity.State.values else found


def _owned(username: str) -> Q:
    nobody = Q(owner__isnull=True) | Q(owner__is_active=False)
    if username == NOBODY:
        return nobody & Q(customer__book__owner__isnull=True)
    named = Q(owner__username=username, owner__is_active=True)
    return named | nobody & Q(customer__book__owner__username=username)


def _in_month(found: OpportunityQuerySet, month: date, today: date) -> OpportunityQuerySet:
    """Open ones still to be decided in it: a day that is over is past its day, not ahead."""
    start, stop = month_bounds(month)
    ahead = Q(
        state="open", expected_on__gte=max(month, today), expected_on__lt=add_months(month, 1)
    )
    return found.filter(ahead | ~Q(state="open") & Q(closed_at__gte=start, closed_at__lt=stop))


def _by_way(rows: OpportunityQuerySet, wanted: Wanted) -> OpportunityQuerySet:
    """Keep those that came so far in the funnel, and what became of them there."""
    asked_for = (wanted.reached, wanted.passed, wanted.ended, wanted.waits)
    if all(each is None for each in asked_for):
        return rows
    found: Any = rows.with_furthest()  # with a column more, which stubs cannot say
    if wanted.reached is not None:
        found = found.filter(Q(furthest__gte=wanted.reached) | Q(state="won"))
    if wanted.passed is not None:
        found = found.filter(Q(furthest__gte=_after(wanted.passed)) | Q(state="won"))
    for at, state in ((wanted.ended, "lost"), (wanted.waits, "open")):
        if at is not None:
            found = found.filter(state=state, furthest__gte=at, furthest__lt=_after(at))
    kept: OpportunityQuerySet = found
    return kept


def _after(position: int) -> int:
    """The next open stage in use: what lies between was taken out of use."""
    ahead = (each.position for each in open_stages() if each.position > position)
    return next(ahead, BEYOND)
