"""Which days a trigger looks at, and what it reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from regulars.base.calendar import solar_in_year
from regulars.server.care.rules.detect import Morning, Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detectors import After, Before, Silence, Source, Yearly
from regulars.server.care.rules.shape import Trigger
from regulars.server.facts import lake

Found = dict[str, list[Row]]
A_YEAR_AGO = 300  # days; the first anniversary may be spoken of so long after the day
ON_FREE_DAYS = 12  # a reminder on a free day begins before it; the longest holiday


def source_of(trigger: Trigger) -> Source | None:
    detect = trigger.detect
    return detect.source if isinstance(detect, Before | After | Yearly) else None


def window(trigger: Trigger, morning: Morning) -> tuple[date, date]:
    """The first and the last day that something may happen on to speak this morning."""
    day, detect = morning.day, trigger.detect
    if isinstance(detect, Before):
        stages = morning.stages(trigger, detect.stages)
        back = morning.policy.idle_days + 2 if min(stages) < 0 else 0
        return day - timedelta(days=back), day + timedelta(days=max(stages) + ON_FREE_DAYS)
    if isinstance(detect, After):
        steps = morning.stages(trigger, detect.steps)
        # A step before it begins while it is still to come.
        last = day + timedelta(days=max(0, -min(steps)))
        return day - timedelta(days=max(0, *steps) + WINDOW), last
    assert isinstance(detect, Silence)
    return day - timedelta(days=max(detect.days) + WINDOW), day


def spells(trigger: Trigger, morning: Morning, late: int = 0) -> list[tuple[date, date]]:
    """The days of `window` that matter; a step of three years skips what is between.

    `late`: so many days a step is caught up with; 0 for as long as its task would stand.
    """
    first, last = window(trigger, morning)
    if not isinstance(trigger.detect, After):
        return [(first, last)]
    standing = 2 * (morning.deadline(trigger) + trigger.keep) + ON_FREE_DAYS
    open_for = late or max(WINDOW, standing)
    steps = morning.stages(trigger, trigger.detect.steps)
    ends = [morning.day - timedelta(days=step) for step in steps]
    return [(max(first, end - timedelta(days=open_for)), end) for end in ends]


def anniversaries(detect: Yearly, day: date) -> list[str]:
    """Months and days ("11-23") whose anniversary is spoken of on a day."""
    days = [day + timedelta(days=n) for n in range(detect.ahead + 1)]
    leap = any(each == solar_in_year(2, 29, each.year) for each in days)
    return sorted({f"{each:%m-%d}" for each in days} | ({"02-29"} if leap else set()))


def this_year(on: date, day: date) -> date:
    """The next anniversary of a date, seen from a day."""
    this = solar_in_year(on.month, on.day, day.year)
    return this if this >= day else solar_in_year(on.month, on.day, day.year + 1)


def years(on: date, day: date) -> Mapping[str, str]:
    """How many years a date is old on its next anniversary."""
    return {"count": str(this_year(on, day).year - on.year)}


def listed(values: Iterable[str] | Collection[str]) -> str:
    """Values as a list of SQL; never an empty one."""
    return ", ".join(lake.quote(value) for value in values) or "null"
