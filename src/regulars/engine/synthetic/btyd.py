"""Purchases that come, and one day no longer come: BG/NBD with gamma-gamma spend.

A customer buys first at a given time. From then on purchases are Poisson with a rate drawn
from Gamma(r, scale 1/alpha); after each repeat purchase the customer leaves with a chance
drawn from Beta(a, b) (Fader, Hardie, Lee 2005). The amount of a purchase is Gamma(p, nu)
with nu from Gamma(q, gamma) (Fader, Hardie 2013). Time is in weeks, money in fen.

The draws may be *matched* to what else is known of a customer: those with the higher
`lean` get the higher rate. The set of drawn values stays as drawn, so a fit over all
customers must find the parameters again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from regulars.engine.synthetic.columns import Bools, Floats, Ints, Ragged

WEEK = 7.0


@dataclass(frozen=True)
class Parameters:
    """The four of BG/NBD (weeks) and the three of gamma-gamma (fen)."""

    r: float
    alpha: float
    a: float
    b: float
    p: float
    q: float
    gamma: float

    def as_mapping(self) -> dict[str, float]:
        """Return the parameters by their published names."""
        return {name: float(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Habits:
    """What drives each customer: purchases a week, chance to leave, mean spend in fen."""

    rate: Floats
    dropout: Floats
    mean_spend: Floats


@dataclass(frozen=True)
class Purchases:
    """Repeat and first purchases: `owner` ascending, `week` since the first purchase."""

    owner: Ints
    week: Floats
    alive: Bools
    left_week: Floats


def draw_habits(
    rng: np.random.Generator,
    parameters: Parameters,
    *,
    rate_lean: Floats,
    dropout_lean: Floats,
    spend_lean: Floats,
) -> Habits:
    """Draw rate, dropout and mean spend, matched by rank to the three leanings."""
    size = len(rate_lean)
    rate = rng.gamma(parameters.r, 1 / parameters.alpha, size)
    dropout = rng.beta(parameters.a, parameters.b, size)
    nu = rng.gamma(parameters.q, 1 / parameters.gamma, size)
    return Habits(
        rate=_matched(rate, rate_lean),
        dropout=_matched(dropout, dropout_lean),
        mean_spend=_matched(parameters.p / nu, spend_lean),
    )


def draw_purchases(rng: np.random.Generator, habits: Habits, weeks: Floats) -> Purchases:
    """Draw the purchases of each customer over `weeks` since the first one.

    `weeks` below zero is a customer who never bought: no purchases, not alive.
    """
    bought = weeks >= 0
    possible = rng.poisson(habits.rate * np.maximum(weeks, 0))
    stay = rng.geometric(np.maximum(habits.dropout, 1e-12))
    rows = Ragged.of(possible)
    moments = rng.random(len(rows.owner)) * weeks[rows.owner]
    moments = moments[np.lexsort((moments, rows.owner))]
    kept = rows.rank < stay[rows.owner]
    last = np.flatnonzero(rows.rank + 1 == stay[rows.owner])
    left = np.full(len(weeks), np.inf)
    left[rows.owner[last]] = moments[last]
    owner = np.r_[np.flatnonzero(bought), rows.owner[kept]]
    week = np.r_[np.zeros(int(bought.sum())), moments[kept]]
    order = np.lexsort((week, owner))
    return Purchases(owner[order], week[order], bought & (possible < stay), left)


def draw_amounts(rng: np.random.Generator, parameters: Parameters, mean_spend: Floats) -> Ints:
    """Draw the amount of each purchase in fen, at least one, around the mean given."""
    spread = rng.gamma(parameters.p, 1 / parameters.p, len(mean_spend))
    return np.maximum(np.rint(spread * mean_spend), 1).astype(np.int64)


def expected_purchases(habits: Habits, alive: Bools, weeks: float) -> Floats:
    """Return the purchases to expect in the next `weeks` of a customer known as here.

    With rate and dropout known this is (1 - exp(-rate p t)) / p while alive, else 0.
    """
    leaving = np.maximum(habits.rate * habits.dropout, 1e-12)
    expected = -np.expm1(-leaving * weeks) * habits.rate / leaving
    return np.where(alive, expected, 0.0)


def _matched(values: Floats, lean: Floats) -> Floats:
    placed = np.empty_like(values)
    placed[np.argsort(lean, kind="stable")] = np.sort(values)
    return placed
