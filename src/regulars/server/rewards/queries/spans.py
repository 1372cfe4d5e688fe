"""The days that a page of figures looks back on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulars.base.periods import add_months
from regulars.server.core import queries as core

MONTHS = (3, 6, 12)


@dataclass(frozen=True)
class Span:
    """First and last day; as moments half open."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), core.time_zone())

    @property
    def stop(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(0), core.time_zone())


def span_of(months: int, at: datetime) -> Span:
    """The last so many months up to today."""
    today = core.local_date(at)
    return Span(add_months(today, -months) + timedelta(days=1), today)
