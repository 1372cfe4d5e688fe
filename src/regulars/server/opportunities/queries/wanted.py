"""Which opportunities a list or a figure means; both narrow them down in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, Q, Value

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.models.deals import OpportunityQuerySet
from regulars.server.opportunities.queries.seen import own, seen
from regulars.server.opportunities.queries.stages import open_stages

MINE, PLACE = "mine", "place"
BOOKS = "books"  # of customers in the viewer's own books, whoever owns the opportunity
AHEAD = 3  # months of the forecast shown one by one, this one first
RATED = 24  # months of which the own rates are taken
STALE, LATE, NO_STEP, OVERDUE = "stale", "late", "no_step", "overdue"
BEYOND_MONTHS, UNDATED = "ahead", "undated"  # beyond the months shown; no day said
UNPRICED = "unpriced"
PRESSING = (LATE, NO_STEP, STALE, OVERDUE, BEYOND_MONTHS, UNDATED, UNPRICED)
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
    left
        Position of a stage that they went beyond, or were lost at.
    made
        Months back from which on they were made; 0: ever.
    month
        The month in which an open one is expected, or a won one was won.
    rated
        The day on which own rates were taken: what had ended by then, of two years.
    customer
        Everything of one customer that the viewer sees, whoever owns it.
    signal
        What they came of: a trigger's code, or e.g. one salon.
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
    left: int | None = None
    made: int = 0
    month: date | None = None
    proved: str = ""
    competitor: str = ""
    rated: date | None = None
    customer: str = ""
    book: str = ""
    signal: str = ""


def view_of(viewer: Person, asked: str) -> str:
    """Whose: those who lead or look on see their place's, everybody else the own."""
    if asked == BOOKS:
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
    found = seen(viewer).counted() if wanted.customer else of(viewer, wanted.view)
    found = _by_state(found, wanted.state)
    equal: Mapping[str, Any] = {
        "stage__code": wanted.stage, "kind": wanted.kind, "source": wanted.source,
        "customer__book__org_unit__code": wanted.branch, "reason": wanted.reason,
        "customer__public_id": wanted.customer, "competitor": wanted.competitor,
        "customer__book__code": wanted.book, "signal": wanted.signal,
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
    if wanted.rated:
        found = of_rates(found, wanted.rated)
    if wanted.proved:
        found = (
            found.filter(state="won").exclude(proof_kind="")
            if wanted.proved == "yes"
            else (found.filter(state="won", proof_kind=""))
        )
    return _by_way(found, wanted)


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
    if what == UNPRICED:
        return rows.filter(amount__isnull=True)
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


def of_rates(found: OpportunityQuerySet, day: date) -> OpportunityQuerySet:
    """What ended in the two years before a day: whoever asks later counts the same."""
    stop = datetime(day.year, day.month, day.day, tzinfo=core.time_zone())
    start = since(RATED, stop)
    return found.exclude(state="open").filter(closed_at__gte=start, closed_at__lt=stop)


def month_bounds(month: date) -> tuple[datetime, datetime]:
    zone, stop = core.time_zone(), add_months(month.replace(day=1), 1)
    return (
        datetime(month.year, month.month, 1, tzinfo=zone),
        datetime(stop.year, stop.month, 1, tzinfo=zone),
    )


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
    asked_for = (wanted.reached, wanted.passed, wanted.ended, wanted.waits, wanted.left)
    if all(each is None for each in asked_for):
        return rows
    found: Any = rows.with_furthest()  # with a column more, which stubs cannot say
    if wanted.reached is not None:
        found = found.filter(Q(furthest__gte=wanted.reached) | Q(state="won"))
    if wanted.passed is not None:
        found = found.filter(Q(furthest__gte=_after(wanted.passed)) | Q(state="won"))
    if wanted.left is not None:
        beyond = Q(furthest__gte=_after(wanted.left))
        ended = Q(state="lost", furthest__gte=wanted.left)
        found = found.filter(beyond | ended | Q(state="won"))
    for at, state in ((wanted.ended, "lost"), (wanted.waits, "open")):
        if at is not None:
            found = found.filter(state=state, furthest__gte=at, furthest__lt=_after(at))
    kept: OpportunityQuerySet = found
    return kept


def _after(position: int) -> int:
    """The next open stage in use: what lies between was taken out of use."""
    ahead = (each.position for each in open_stages() if each.position > position)
    return next(ahead, BEYOND)
