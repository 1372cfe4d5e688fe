"""Scores of surveys with their intervals; pure arithmetic, 95 % unless `z` says otherwise.

A score is never told without its interval and how many answered. Two waves are compared by
the interval of their difference, not by whether their intervals overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from regulars.engine.intervals import Z95, wilson


@dataclass(frozen=True)
class Score:
    """A figure with its 95 % interval.

    Attributes
    ----------
    value
        A share of one, a difference of shares (-1 to 1) or a mean.
    low, high
        The interval.
    n
        How many answers it is made of.
    enough
        Whether the interval may be told: the normal one of a few answers, or of answers that
        are all alike, is narrower than what is known. Wilson's always may.
    """

    value: float
    low: float
    high: float
    n: int
    enough: bool = True

    @property
    def margin(self) -> float:
        """Half of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Change:
    """The difference of two scores with its interval; `enough` as of both scores."""

    value: float
    low: float
    high: float
    enough: bool = True

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out; never of too few answers."""
        return self.enough and (self.low > 0 or self.high < 0)


FEWEST = 10  # answers below which the normal interval is no guide
PROMOTER, DETRACTOR = 9, 6  # NPS: from nine on, up to six (Reichheld 2003)
CONTENT, UNHAPPY = 4, 2  # CSAT: the top two boxes, the bottom two
EASY = 5  # CES 2.0: the upper three of seven agree that it was easy


FEW = 0.05  # of the answers: so far a share may be off, at most, by what is not known yet


def settled(waiting: int, known: Score | None) -> bool:
    """Whether so few answers are not known yet that a share of the others may be told."""
    whole = waiting + (known.n if known else 0)
    return waiting <= FEW * whole


def nps(promoters: int, passives: int, detractors: int) -> Score | None:
    """The net promoter score: the share of promoters less that of detractors."""
    n = promoters + passives + detractors
    if not n:
        return None
    up, down = promoters / n, detractors / n
    value = up - down
    half = Z95 * sqrt((up + down - value * value) / n)
    return Score(value, value - half, value + half, n, enough=n >= FEWEST and half > 0)


def share(hits: int, n: int) -> Score | None:
    """A share with Wilson's interval: CSAT (top two boxes), CES (agreement)."""
    return Score(hits / n, *wilson(hits, n), n) if n else None


def mean(values: Sequence[float]) -> Score | None:
    """A mean with the normal interval; of one answer nothing is known of its spread."""
    n = len(values)
    if not n:
        return None
    middle = fmean(values)
    if n == 1:
        return Score(middle, middle, middle, 1, enough=False)
    spread = sum((each - middle) ** 2 for each in values) / (n - 1)
    half = Z95 * sqrt(spread / n)
    return Score(middle, middle - half, middle + half, n, enough=n >= FEWEST and half > 0)


def change(before: Score, after: Score) -> Change:
    """How far a score moved between two samples of different people.

    The half widths toward each other add in squares (Newcombe's method 10; for symmetric
    intervals it is the usual interval of a difference).
    """
    value = after.value - before.value
    low = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    high = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Change(value, value - low, value + high, before.enough and after.enough)


def weighted(parts: Mapping[int, Score | None], people: Mapping[int, int]) -> Score | None:
    """A score as if every tier had answered in its share of those who were reached.

    Parameters
    ----------
    parts
        Tier level -> the score among its answers; None where nobody answered.
    people
        Tier level -> how many were reached. Tiers without an answer are left out.
    """
    known = {level: score for level, score in parts.items() if score and people.get(level)}
    whole = sum(people[level] for level in known)
    if not known or not whole:
        return None
    weights = {level: people[level] / whole for level in known}
    value = sum(weights[level] * score.value for level, score in known.items())
    low = sqrt(sum((weights[k] * (s.value - s.low)) ** 2 for k, s in known.items()))
    high = sqrt(sum((weights[k] * (s.high - s.value)) ** 2 for k, s in known.items()))
    n, enough = sum(s.n for s in known.values()), all(s.enough for s in known.values())
    return Score(value, value - low, value + high, n, enough)


def of_kind(kind: str, values: Sequence[int]) -> Score | None:
    """The score of one question by its kind: NPS, a share of the top boxes, or a mean."""
    if kind == "nps":
        up = sum(value >= PROMOTER for value in values)
        down = sum(value <= DETRACTOR for value in values)
        return nps(up, len(values) - up - down, down)
    if kind == "csat":
        return share(sum(value >= CONTENT for value in values), len(values))
    if kind == "ces":
        return share(sum(value >= EASY for value in values), len(values))
    return mean(values)


def verdict(kind: str, value: int) -> str:
    """Whether one answer opens a loop: "detractor", "promoter" or ""."""
    if kind == "nps":
        return "promoter" if value >= PROMOTER else "detractor" if value <= DETRACTOR else ""
    return "detractor" if kind == "csat" and value <= UNHAPPY else ""
