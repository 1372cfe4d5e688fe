"""When a customer answers the phone: said only where enough calls say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# Parts of the day by the hour they begin; each ends where the next begins.
BANDS = ((0, "morning"), (11, "noon"), (14, "afternoon"), (18, "evening"))
FEWEST = 8  # answered calls; fewer are chance
SHARE = 0.6  # of them in one part of the day


@dataclass(frozen=True)
class Habit:
    """In which part of the day so many of all answered calls were."""

    band: str
    hits: int
    calls: int


def answers(hours: Sequence[int]) -> Habit | None:
    """Find the part of the day in which most answered calls were, from their local hours."""
    if len(hours) < FEWEST:
        return None
    counted = Counter(_band(hour) for hour in hours)
    band, hits = counted.most_common(1)[0]
    return Habit(band, hits, len(hours)) if hits >= SHARE * len(hours) else None


def _band(hour: int) -> str:
    return [name for begins, name in BANDS if hour >= begins][-1]
