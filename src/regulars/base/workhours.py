"""The clock of working hours: what is due "in four working hours", and when that is.

Hours are spans on the wall of one time zone, on the days that a calendar calls worked.
Durations are real time: a span over which the clocks are changed is as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from regulars.base.calendar import WorkCalendar
from regulars.base.errors import BadInput

Span = tuple[time, time]
USUAL: tuple[Span, ...] = ((time(9), time(17, 30)),)
# The longest holiday is far shorter; a calendar without a single working day ends here.
FARTHEST = 400


class NeverOpen(BadInput):
    """No hour is worked within a year."""


class WrongHours(BadInput):
    """Spans of a working day that end before they begin, or overlap."""


def spans(given: Iterable[Iterable[str]] | None) -> tuple[Span, ...]:
    """Read `[["09:00", "12:00"], ["13:30", "17:30"]]`; nothing gives the usual hours.

    :raises WrongHours: a span ends before it begins, overlaps the next, or is no time.
    """
    try:
        read = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in given or ())
    except ValueError as error:
        raise WrongHours(f"{given!r} are no hours of a day; write 09:00 and 17:30.") from error
    edges = [edge for span in read for edge in span]
    if any(one >= other for one, other in pairwise(edges)):
        raise WrongHours(f"{given!r}: each span must end after it begins, one after the other.")
    return read or USUAL


@dataclass(frozen=True)
class WorkHours:
    """When people work: days by the calendar, hours by the spans, on one wall clock."""

    calendar: WorkCalendar
    zone: ZoneInfo
    spans: tuple[Span, ...] = USUAL
    _days: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(
        cls, settings: Mapping[str, Any], *, calendar: WorkCalendar, zone: ZoneInfo
    ) -> WorkHours:
        """Read `working_hours` of a company's settings."""
        return cls(calendar, zone, spans(settings.get("working_hours")))

    def add(self, at: datetime, length: timedelta) -> datetime:
        """Return the moment by which so much working time has passed after `at`.

        No length gives `at` itself while work goes on, else the next opening. A length that
        ends with the day ends that evening, not the next morning.

        :raises NeverOpen: nobody works within a year.
        """
        left = length
        for start, stop in self._ahead(at):
            if left <= stop - start:
                return start + left
            left -= stop - start
        raise NeverOpen("No working hour lies within a year. Look at the calendar's days.")

    def between(self, start: datetime, stop: datetime) -> timedelta:
        """Return the working time in `[start, stop)`; negative where `stop` comes first."""
        if stop < start:
            return -self.between(stop, start)
        total = timedelta()
        day, last = start.astimezone(self.zone).date(), stop.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._of(day):
                total += max(min(closes, stop) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return total

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody works at that moment; the end of a span counts as worked."""
        return any(start <= at <= stop for start, stop in self._of(self._day(at)))

    def day_ends(self, at: datetime) -> datetime:
        """Return the end of the working day that runs at `at`, or of the next one."""
        start = self.add(at, timedelta())
        return self.closes(self._day(start))

    def closes(self, day: date) -> datetime:
        """Return the end of work on a day; on a free one, when it would have ended."""
        return datetime.combine(day, self.spans[-1][1], self.zone).astimezone(UTC)

    def after_days(self, at: datetime, count: int) -> datetime:
        """Return the end of the working day that lies `count` working days after `at`'s."""
        day = self._day(self.add(at, timedelta()))
        return self.closes(self.calendar.add_workdays(day, count))

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _ahead(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans still to come, the running one from `at` on."""
        first = self._day(at)
        for number in range(FARTHEST):
            for start, stop in self._of(first + timedelta(days=number)):
                if stop > at:
                    yield max(start, at.astimezone(UTC)), stop

    def _of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if day not in self._days:
            worked = self.calendar.is_workday(day)
            self._days[day] = tuple(self._wall(day) if worked else ())
        return self._days[day]

    def _wall(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for span in self.spans:
            start, stop = (datetime.combine(day, edge, self.zone) for edge in span)
            yield start.astimezone(UTC), stop.astimezone(UTC)
