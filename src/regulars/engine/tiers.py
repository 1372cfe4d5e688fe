"""Tiers by one measure: who is in which, who moves, and the monthly engine with its watch.

Cuts are given best first. A tier holds from its own cut up to the next better one; the last
one takes everybody below, so its cut is the bottom of the scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput

Status = Literal["normal", "watch", "demoted", "promoted"]

MISSES_BEFORE_WATCH = 3
MONTHS_OF_WATCH = 3
NEAR = 0.80


class BadCuts(BadInput):
    """The cuts of a scheme do not divide the scale."""


@dataclass(frozen=True)
class Tier:
    """One tier: everybody from `cut` on who does not reach a better tier."""

    code: str
    cut: float


@dataclass(frozen=True)
class Scheme:
    """Tiers on one measure, best first."""

    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        cuts = [tier.cut for tier in self.tiers]
        codes = [tier.code for tier in self.tiers]
        if not cuts or any(high <= low for high, low in pairwise(cuts)):
            raise BadCuts(f"The cuts are {cuts}; give them falling, the best tier first.")
        if len(set(codes)) != len(codes):
            raise BadCuts(f"The tiers are {codes}; give every tier a code of its own.")

    @classmethod
    def of(cls, cuts: Mapping[str, float]) -> Scheme:
        """Make a scheme from codes and cuts, best first."""
        return cls(tuple(Tier(code, float(cut)) for code, cut in cuts.items()))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, best first."""
        return tuple(tier.code for tier in self.tiers)

    def rank(self, code: str) -> int:
        """Give the place of a tier, 0 is best."""
        return self.codes.index(code)


def assign(value: float, scheme: Scheme) -> str:
    """Give the tier a value reaches; a value below every cut gets the last tier."""
    for tier in scheme.tiers:
        if value >= tier.cut:
            return tier.code
    return scheme.tiers[-1].code


def assigned(value: ir.NumericValue, scheme: Scheme) -> ir.StringValue:
    """Give the tier of every row; a null value gets the last tier."""
    return ibis.cases(
        *[(value >= tier.cut, tier.code) for tier in scheme.tiers[:-1]],
        else_=scheme.tiers[-1].code,
    )


def is_near(value: float, scheme: Scheme, *, near: float = NEAR) -> bool:
    """Tell whether a value lies within the last fifth below the next better tier's cut."""
    place = scheme.rank(assign(value, scheme))
    if place == 0:
        return False
    above = scheme.tiers[place - 1].cut
    return near * above <= value < above


@dataclass(frozen=True)
class Move:
    """How many customers would go from one tier to another, and their value."""

    before: str
    after: str
    customers: int
    value: float


def preview(values: Iterable[tuple[str | None, float]], scheme: Scheme) -> tuple[Move, ...]:
    """Count who would move under a scheme, stayers included.

    Parameters
    ----------
    values
        Per customer: the tier now (None where there is none yet) and the measure.

    Returns
    -------
    Moves ordered by `before` and `after` as the scheme orders them; unknown codes last;
    `before` is "" for customers without a tier.
    """
    counted: dict[tuple[str, str], list[float]] = {}
    for before, value in values:
        counted.setdefault((before or "", assign(value, scheme)), []).append(value)
    place = {code: number for number, code in enumerate(scheme.codes)}
    ordered = sorted(
        counted, key=lambda pair: (place.get(pair[0], 99), pair[0], place[pair[1]])
    )
    return tuple(
        Move(before, after, len(counted[before, after]), sum(counted[before, after]))
        for before, after in ordered
    )


@dataclass(frozen=True)
class Standing:
    """Where a customer stands after a month; feed it to the next one.

    Attributes
    ----------
    tier
        The code held.
    status
        `promoted` and `demoted` name this month's change; `watch` warns of the next.
    misses
        Months below the tier in a row before the watch.
    watched
        Months on watch.
    met
        The tiers met in the months since the first miss; a fall goes to the best of them.
    """

    tier: str
    status: Status = "normal"
    misses: int = 0
    watched: int = 0
    met: tuple[str, ...] = ()


def start(value: float, scheme: Scheme) -> Standing:
    """Place a customer for the first time."""
    return Standing(assign(value, scheme))


def next_month(standing: Standing, value: float, scheme: Scheme) -> Standing:
    """Move a customer by one month's value.

    Up at once. After three months below, watch; one month that meets the tier lifts it;
    after three months of watch the customer falls to the best tier met in those six months
    (or this month's, if that is better).
    """
    met = assign(value, scheme)
    if scheme.rank(met) <= scheme.rank(standing.tier):
        return Standing(met, "normal" if met == standing.tier else "promoted")
    if standing.watched >= MONTHS_OF_WATCH:
        return _fall(standing, met, scheme)
    if standing.misses >= MISSES_BEFORE_WATCH:
        seen = (*standing.met, met)
        return Standing(standing.tier, "watch", standing.misses, standing.watched + 1, seen)
    return Standing(standing.tier, "normal", standing.misses + 1, 0, (*standing.met, met))


def follow(values: Sequence[float], scheme: Scheme) -> list[Standing]:
    """Follow a customer through months; the first value places him."""
    standings = [start(values[0], scheme)]
    for value in values[1:]:
        standings.append(next_month(standings[-1], value, scheme))
    return standings


def _fall(standing: Standing, met: str, scheme: Scheme) -> Standing:
    best = min((*standing.met, met), key=scheme.rank)
    if best == met:
        return Standing(best, "demoted")
    # The month of the fall is the first miss in the tier he falls to.
    return Standing(best, "demoted", 1, 0, (met,))
