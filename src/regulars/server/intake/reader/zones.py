"""Local wall-clock times to UTC, a column at a time.

Where the clock is set back, an hour happens twice: the first is meant. Where it is set
forward, an hour does not exist: it is read with the offset that held before the change, so
02:30 becomes 03:30. (Both are what Python's `fold=0` means.)

Offsets change on a few days a year. On all others one offset holds from midnight to midnight,
so a column is turned day by day; only times on a day of change are worked out singly.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput

Micros = npt.NDArray[np.int64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - counts local microseconds as well


class UnknownZone(BadInput):
    """The time zone does not exist."""


class Zone:
    """A time zone that remembers the offset of each day it was asked about."""

    def __init__(self, name: str) -> None:
        try:
            self._zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise UnknownZone(
                f"There is no time zone “{name}”. Use a name such as Asia/Shanghai."
            ) from error
        self._offsets: dict[tuple[int, bool], int | None] = {}

    def to_utc(self, local: Micros) -> Micros:
        """Turn local microseconds since 1970 into UTC ones."""
        return local - self._by_day(local, local_clock=True)

    def to_local(self, utc: Micros) -> Micros:
        return utc + self._by_day(utc, local_clock=False)

    def _by_day(self, times: Micros, *, local_clock: bool) -> Micros:
        days, places = np.unique(times // DAY, return_inverse=True)
        whole = [self._of_day(int(day), local_clock) for day in days]
        offsets = np.array([offset or 0 for offset in whole], np.int64)[places]
        for row in np.flatnonzero(np.array([offset is None for offset in whole])[places]):
            offsets[row] = self._of_moment(int(times[row]), local_clock)
        return offsets

    def _of_day(self, day: int, local_clock: bool) -> int | None:
        """The offset that holds all day, or None when it changes."""
        key = (day, local_clock)
        if key not in self._offsets:
            first = self._of_moment(day * DAY, local_clock)
            last = self._of_moment((day + 1) * DAY, local_clock)
            self._offsets[key] = first if first == last else None
        return self._offsets[key]

    def _of_moment(self, micros: int, local_clock: bool) -> int:
        moment = EPOCH + dt.timedelta(microseconds=micros)
        if not local_clock:
            moment = moment.replace(tzinfo=dt.UTC).astimezone(self._zone)
        offset = moment.replace(tzinfo=self._zone, fold=moment.fold).utcoffset()
        return round((offset or dt.timedelta()).total_seconds()) * SECOND
