"""Which cases each figure counts: one definition for the number and for the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from regulars.base.periods import add_months
from regulars.server.complaints.models import Case, CaseQuerySet, Event
from regulars.server.complaints.queries.clocks import ran_to
from regulars.server.core import queries as core

MEASURES = (
    "opened", "closed", "on_time", "late", "answered", "answered_late", "upheld", "cause",
    "cause_before", "reopened", "content", "discontent", "told",
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Days `[start, stop)` of the company's calendar, and how many months they are."""

    start: date
    stop: date
    months: int

    @property
    def before(self) -> Span:
        return Span(add_months(self.start, -self.months), self.start, self.months)


def span(at: datetime, months: int) -> Span:
    """The last so many months up to today, today included."""
    stop = core.local_date(at) + timedelta(days=1)
    return Span(add_months(stop, -months), stop, months)


def behind(measure: str, over: Span, at: datetime) -> Q:
    """Which cases a figure counts."""
    came = Q(received_on__gte=over.start, received_on__lt=over.stop)
    told = Q(first_answered_at__lte=F("first_answer_by"))
    return {
        "opened": came,
        "closed": _ended(over),
        "on_time": came & Q(closed_at__isnull=False, late_rounds=0),
        "late": came & _late(at),
        "answered": came & told,
        "answered_late": came & _answer_due(at) & ~(Q(first_answered_at__isnull=False) & told),
        "upheld": _ended(over, result__in=[Case.Result.UPHELD, Case.Result.PARTLY]),
        "told": came & Q(first_answered_at__isnull=False),
        "cause": _ended(over, cause__isnull=False),
        "cause_before": _ended(over.before, cause__isnull=False),
        "reopened": came & Q(rounds__gt=1),
        "content": _said(over, content=True),
        "discontent": _said(over, content=False),
    }.get(measure, came)


def caused(measure: str, over: Span, cause: int) -> Q:
    """Of the cases that a figure counts those closed with a cause in its time."""
    return _ended(over.before if measure == "cause_before" else over, cause=cause)


def causes_in(found: CaseQuerySet, over: Span) -> dict[int, int]:
    """How many of some cases were closed in a span with each cause."""
    closed = _closings(over).filter(case__in=found.order_by(), cause__isnull=False)
    return dict(closed.values_list("cause").annotate(n=Count("pk")))


def explained(**told: Any) -> Q:
    """Cases whose last closing says this, whether they are open again or not."""
    closed = Event.objects.filter(what=Event.What.CLOSED).order_by()
    later = closed.filter(case=OuterRef("case"), round__gt=OuterRef("round"))
    return Q(Exists(closed.filter(~Exists(later), case=OuterRef("pk"), **told)))


def _ended(over: Span, **told: Any) -> Q:
    return Q(pk__in=_closings(over).filter(**told).values("case"))


def _closings(over: Span) -> QuerySet[Event]:
    """The last closing of each case within a span.

    Read from the story, not from the case: one that is opened again later was closed then.
    """
    begin, end = _moments(over)
    within = Event.objects.filter(what=Event.What.CLOSED, at__gte=begin, at__lt=end).order_by()
    later = within.filter(case=OuterRef("case"), round__gt=OuterRef("round"))
    return within.filter(~Exists(later))


def _late(at: datetime) -> Q:
    """Closed late in any round, or open past its time: nobody survives by staying open."""
    running = Q(closed_at__isnull=True, resolve_by__lte=ran_to(at))
    return Q(late_rounds__gt=0) | running


def _said(over: Span, *, content: bool) -> Q:
    """What was said in a call stays said, also where it opened the case again."""
    begin, end = _moments(over)
    said = Event.objects.filter(
        case=OuterRef("pk"), what=Event.What.CALLED, content=content, at__gte=begin, at__lt=end
    )
    return Q(Exists(said))


def _moments(over: Span) -> tuple[datetime, datetime]:
    zone = core.time_zone()
    return datetime.combine(over.start, time(), zone), datetime.combine(over.stop, time(), zone)


def _answer_due(at: datetime) -> Q:
    """Withdrawn before there was an answer: none was owed any more."""
    running = Q(
        state=Case.State.OPEN, first_answered_at__isnull=True, first_answer_by__lte=ran_to(at)
    )
    return Q(first_answered_at__isnull=False) | running
