"""When an experiment is looked at: few times, at moments fixed before it starts.

Each look costs a little certainty, so a reading is made when the next look is due, however
often the page is opened. Looks are even parts of the time until the planned end, at most one a
week where there are weeks, and never more than `MOST`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

MOST = 8
WEEK = 7


def planned_looks(starts_on: date, ends_on: date) -> tuple[date, ...]:
    """The days on which it is looked at, with the facts before them; the last is the end."""
    days = (ends_on - starts_on).days
    count = min(MOST, max(1, days // WEEK))
    return tuple(
        starts_on + timedelta(days=math.ceil(days * n / count)) for n in range(1, count + 1)
    )


def open_looks(starts_on: date, until: date, window: int) -> tuple[date, ...]:
    """The looks so far at one that has no end: every four weeks once windows are complete."""
    first = starts_on + timedelta(days=window + 1)
    step = 4 * WEEK
    return tuple(
        first + timedelta(days=n) for n in range(0, max(0, (until - first).days + 1), step)
    )


def due(looks: Sequence[date], until: date) -> int:
    """How many looks are due when facts are in before a day."""
    return sum(look <= until for look in looks)


def elapsed(looks: Sequence[date], starts_on: date) -> tuple[float, ...]:
    """Of each look, the share of the planned time that has passed."""
    whole = (looks[-1] - starts_on).days
    return tuple((look - starts_on).days / whole for look in looks)
