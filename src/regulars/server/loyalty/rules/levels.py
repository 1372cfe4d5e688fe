"""Which level tier points make, and how long it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulars.base.periods import add_months


@dataclass(frozen=True)
class Level:
    """One level: so many tier points reach it."""

    code: str
    name: str
    name_en: str
    start: int


@dataclass(frozen=True)
class Standing:
    """Somebody's level, since when, and until when it is kept."""

    code: str = ""
    since: date | None = None
    until: date | None = None


def standing(
    points: int, held: Standing, levels: Sequence[Level], *, months: int, day: date
) -> Standing:
    """The level on a day: what the points reach, or what was reached and is kept still.

    `levels` from the lowest up. A level that is reached is kept for some months; reached anew
    in its last month, it is kept again. Who falls falls to what the points reach.
    """
    order = {level.code: place for place, level in enumerate(levels)}
    reached = ""
    for level in levels:
        if points >= level.start:
            reached = level.code
    kept = held.code if held.code in order and held.until and held.until >= day else ""
    best = max((reached, kept), key=lambda code: order.get(code, -1))
    if best == "":
        return Standing()
    since = held.since if best == held.code and held.since else day
    if best == reached and (best != held.code or held.until is None or held.until <= day):
        return Standing(best, since, add_months(day, months))
    return Standing(best, since, held.until)


def better(one: Standing, other: Standing, levels: Sequence[Level]) -> Standing:
    """Of two, the one at the higher level; at the same, the one that is kept longer."""
    order = {level.code: place for place, level in enumerate(levels)}
    return max(one, other, key=lambda it: (order.get(it.code, -1), it.until or date.min))
