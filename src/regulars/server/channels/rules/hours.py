"""Hours in which nothing is sent, and when they let go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES = tuple(time(hour, minute) for hour in range(24) for minute in range(60))


@dataclass(frozen=True)
class Quiet:
    """Hours on the customer's clock; they may span midnight."""

    start: time
    stop: time

    def holds(self, at: time) -> bool:
        if self.start <= self.stop:
            return self.start <= at < self.stop
        return at >= self.start or at < self.stop

    @property
    def is_open(self) -> bool:
        """Whether the hours are none at all."""
        return self.start == self.stop

    def covers(self, other: Quiet) -> bool:
        """Whether these hours hold whenever the other ones do."""
        return all(self.holds(minute) for minute in MINUTES if other.holds(minute))


def never_open(hours: Iterable[Quiet]) -> bool:
    """Whether all these hours together leave not a minute of a day."""
    every = tuple(hours)
    return all(any(one.holds(minute) for one in every) for minute in MINUTES)


def opens_at(hours: Sequence[Quiet], *, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When all hours have let go: `at` itself outside them; None where they never do."""
    local = at.astimezone(zone)
    # Each hour can hand over to another at most once a day.
    for _step in range(2 * len(hours) + 1):
        holding = [one for one in hours if one.holds(local.time())]
        if not holding:
            return local.astimezone(at.tzinfo)
        local = max(_end(one, local, zone) for one in holding)
    return None


def _end(hours: Quiet, local: datetime, zone: ZoneInfo) -> datetime:
    """The next end, by the clock on the wall, also where the clocks are changed tonight."""
    day = local.date()
    if local.time() >= hours.stop:
        day += timedelta(days=1)
    return datetime.combine(day, hours.stop, zone)
