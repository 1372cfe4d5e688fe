"""Three orders of the same customers, blended by rank with weights that proved themselves.

A blend is tried on origins of the past. Fifteen blends are tried, and the best of fifteen is
best partly by luck; so all of them are averaged, each weighing exp(gain / standard error) of
what it caught more than the even blend. On six public histories, at dates before their
holdouts, that caught more than the best blend alone. A plain method that still catches more
than the average, beyond half a standard error, is used alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from regulars.engine.ranking.snapshots import Floats

METHODS = ("boosting", "expected_spend", "past_revenue")
EVEN: Mapping[str, float] = {name: 1.0 / len(METHODS) for name in METHODS}
QUARTERS = 4
# The best tenth to the best 30 %: a share caught at one border alone is a matter of luck.
BORDERS = (0.10, 0.15, 0.20, 0.25, 0.30)
# Standard errors by which a plain method must beat the average of the blends.
LEAST_GAIN = 0.5
# Less is what is left of blends that lost.
LEAST_WEIGHT = 0.05

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Trial:
    """An origin whose outcome is known: how each method ordered it, and what came.

    Attributes
    ----------
    orders
        Percentiles by method, one entry per customer.
    outcome
        What each customer brought, >= 0.
    """

    orders: Mapping[str, Floats]
    outcome: Floats

    def blended(self, weights: Weights) -> Floats:
        """Order by a blend."""
        return blend(self.orders, weights)


def percentiles(values: Floats) -> Floats:
    """Give each value's place, 0-1: those below, and half of its equals, over all.

    Examples
    --------
    >>> percentiles(np.array([5.0, 1.0, 1.0, 9.0])).tolist()
    [0.625, 0.25, 0.25, 0.875]
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    return np.asarray(middle[places] / max(len(values), 1))


def blend(orders: Mapping[str, Floats], weights: Weights) -> Floats:
    """Average percentiles by weight."""
    # Rounded, so that equal customers stay equal whatever they were equal in.
    total = sum(weight * orders[name] for name, weight in weights.items() if weight > 0)
    return np.round(np.asarray(total), 12)


def choose(trials: Sequence[Trial], methods: Sequence[str] = METHODS) -> Weights:
    """Weigh the methods by what their blends caught over the trials.

    Parameters
    ----------
    trials
        Each with all of `methods`. Without any the even blend is taken.

    Returns
    -------
    By method, a weight; they sum to 1. A plain method has all of it.

    Examples
    --------
    >>> came = np.arange(100.0) ** 3
    >>> flat = percentiles(np.ones(100))
    >>> trial = Trial({"boosting": flat, "expected_spend": percentiles(-came),
    ...                "past_revenue": percentiles(came)}, came)
    >>> choose([trial])["past_revenue"] > 0.5
    True
    """
    even = {name: 1.0 / len(methods) for name in methods}
    if not any(trial.outcome.sum() > 0 for trial in trials):
        return even
    average = _average(trials, even)
    best, most = average, 0.0
    for method in methods:
        alone = {name: float(name == method) for name in methods}
        gain, error = _gain(trials, alone, average)
        if gain - LEAST_GAIN * error > most:
            best, most = alone, gain - LEAST_GAIN * error
    return best


def _average(trials: Sequence[Trial], even: Weights) -> dict[str, float]:
    grid = _grid(tuple(even))
    gains, errors = np.array([_gain(trials, weights, even) for weights in grid]).T
    unsure = errors[errors > 0]
    if len(unsure) == 0:
        return dict(even)
    weights = np.exp((gains - gains.max()) / np.median(unsure))
    mean = np.round(weights / weights.sum() @ [list(each.values()) for each in grid], 2)
    mean[mean < LEAST_WEIGHT] = 0.0
    return dict(zip(even, (mean / mean.sum()).tolist(), strict=True))


def _grid(methods: Sequence[str]) -> list[dict[str, float]]:
    return [
        {name: quarters / QUARTERS for name, quarters in zip(methods, found, strict=True)}
        for found in product(range(QUARTERS + 1), repeat=len(methods))
        if sum(found) == QUARTERS
    ]


def _gain(trials: Sequence[Trial], weights: Weights, other: Weights) -> tuple[float, float]:
    """Share caught more than by another blend, and its standard error."""
    gains, squares = [], []
    for trial in trials:
        more = _chosen(trial.blended(weights)) - _chosen(trial.blended(other))
        each = more * trial.outcome / max(trial.outcome.sum(), 1e-300)
        gains.append(each.sum())
        squares.append((each**2).sum())
    # Trials share their customers, so more of them do not make the error smaller.
    return float(np.mean(gains)), float(np.sqrt(np.mean(squares)))


def _chosen(order: Floats) -> Floats:
    """Over the borders, how often each customer is among the best; ties share a place."""
    size, chosen = len(order), np.zeros(len(order))
    for border in BORDERS:
        wanted = int(np.ceil(border * size))
        edge = np.partition(order, size - wanted)[size - wanted]
        above, tied = order > edge, order == edge
        chosen += above
        chosen[tied] += (wanted - above.sum()) / tied.sum()
    return chosen / len(BORDERS)
