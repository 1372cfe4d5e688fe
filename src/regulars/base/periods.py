"""Half-open periods `[start, stop)` of local dates."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """The days from `start` up to, not including, `stop`."""

    start: date
    stop: date

    @property
    def days(self) -> int:
        return (self.stop - self.start).days

    @property
    def last(self) -> date:
        return self.stop - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.stop


def add_months(day: date, months: int) -> date:
    """Move by whole months; 31 January plus one month is the last day of February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def year_before(day: date) -> date:
    """The same date a year earlier; 29 February becomes 28 February."""
    return add_months(day, -12)
