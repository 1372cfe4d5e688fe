"""Spans of time, what became of a reason, and the picture of a base. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.base.periods import add_months, month_end
from regulars.server.segments.rules.bonds import Bond


class Fate(StrEnum):
    """What became of a reason that was due in a period."""

    IN_TIME = "in_time"  # a result on the day it was due, or before
    AFTER = "after"  # a result later
    LATE = "late"  # open, and its day is over
    EXPIRED = "expired"  # its last day passed without a result
    AHEAD = "ahead"  # open, its day is still to come
    WITHDRAWN = "withdrawn"  # settled or forbidden before its last day: nothing was owed


# What is owed: everything but what lies ahead or was withdrawn.
OWED = (Fate.IN_TIME, Fate.AFTER, Fate.LATE, Fate.EXPIRED)


# Document 002's picture of a base that nobody works on: 50 rarely contacted, 30 ordinary,
# 20 good and developed. A mirror, not a norm.
FIVE_THREE_TWO: Mapping[Bond, float] = {Bond.FORGOTTEN: 0.5, Bond.FAIR: 0.3, Bond.DEEP: 0.2}
PERIODS = ("week", "month", "quarter")


@dataclass(frozen=True)
class Period:
    """A week, month or quarter, whole; today lies in it."""

    code: str
    first: date
    last: date


def period(code: str, today: date) -> Period:
    """The week, month or quarter that a day lies in; anything else is the month."""
    if code == "week":
        first = today - timedelta(days=today.weekday())
        return Period(code, first, first + timedelta(days=6))
    if code == "quarter":
        first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        return Period(code, first, month_end(add_months(first, 2)))
    return Period("month", today.replace(day=1), month_end(today))


def share(part: float, whole: float) -> float | None:
    """A part of a whole, or nothing where there is no whole."""
    return part / whole if whole else None
