"""Which cases each figure counts: one definition for the number and for the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q

from regulars.base.periods import add_months
from regulars.server.complaints.models import Case, Event
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
    ended = _ended(over)
    told = Q(first_answered_at__lte=F("first_answer_by"))
    return {
        "opened": came,
        "closed": ended,
        "on_time": came & Q(closed_at__isnull=False, late_rounds=0),
        "late": came & _late(at),
        "answered": came & told,
        "answered_late": came & _answer_due(at) & ~(Q(first_answered_at__isnull=False) & told),
        "upheld": ended & Q(result__in=[Case.Result.UPHELD, Case.Result.PARTLY]),
        "told": came & Q(first_answered_at__isnull=False),
        "cause": ended & Q(cause__isnull=False),
        "cause_before": _ended(over.before) & Q(cause__isnull=False),
        "reopened": came & Q(rounds__gt=1),
        "content": _said(over, content=True),
        "discontent": _said(over, content=False),
    }.get(measure, came)


def _ended(over: Span) -> Q:
    return Q(closed_on__gte=over.start, closed_on__lt=over.stop)


def _late(at: datetime) -> Q:
    """Closed late in any round, or open past its time: nobody survives by staying open."""
    running = Q(closed_at__isnull=True, resolve_by__lte=ran_to(at))
    return Q(late_rounds__gt=0) | running


def _said(over: Span, *, content: bool) -> Q:
    """What was said in a call stays said, also where it opened the case again."""
    zone = core.time_zone()
    begin, end = (datetime.combine(day, time(), zone) for day in (over.start, over.stop))
    said = Event.objects.filter(
        case=OuterRef("pk"), what=Event.What.CALLED, content=content, at__gte=begin, at__lt=end
    )
    return Q(Exists(said))


def _answer_due(at: datetime) -> Q:
    """Withdrawn before there was an answer: none was owed any more."""
    running = Q(
        state=Case.State.OPEN, first_answered_at__isnull=True, first_answer_by__lte=ran_to(at)
    )
    return Q(first_answered_at__isnull=False) | running
