"""How much money each customer will bring: a calibrated level, apart from the best order.

Each method gives a shape, its forecast over the mean forecast. The weights of the shapes are
those with the smallest squared error over the trials; the sum over all customers is that of
the model of purchases, which knows how a base fades.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from regulars.engine.ranking.snapshots import Floats

TENTHS = 10


@dataclass(frozen=True)
class Shapes:
    """One trial of levels: forecasts by method, and what came, of the same customers."""

    money: Mapping[str, Floats]
    outcome: Floats


@dataclass(frozen=True)
class Level:
    """From forecasts of the methods to one expected amount.

    Attributes
    ----------
    weights
        Of the shapes, by method; they sum to 1.
    means
        The mean forecast of each method, by which its forecasts are divided.
    mean
        Expected money of the mean customer over the horizon.
    """

    weights: Mapping[str, float]
    means: Mapping[str, float]
    mean: float

    def expected(self, money: Mapping[str, Floats]) -> Floats:
        """Expect an amount for each customer, >= 0."""
        total = np.zeros(len(next(iter(money.values()))))
        for name, weight in self.weights.items():
            if weight > 0:
                total = total + weight * money[name] / self.means[name]
        return np.maximum(total * self.mean, 0.0)


def fit_level(trials: Sequence[Shapes], now: Mapping[str, Floats], *, mean: float) -> Level:
    """Choose the weights on trials and take the means of `now`."""
    means = {name: float(money.mean()) for name, money in now.items()}
    usable = [name for name, value in means.items() if value > 0]
    weights = _weights(trials, usable)
    return Level(weights, means, mean)


def _weights(trials: Sequence[Shapes], methods: Sequence[str]) -> dict[str, float]:
    even = {name: 1.0 / len(methods) for name in methods}
    best, least = even, np.inf
    known = [trial for trial in trials if trial.outcome.sum() > 0]
    if not known:
        return even
    shapes = [_normal(trial, methods) for trial in known]
    for tenths in product(range(TENTHS + 1), repeat=len(methods)):
        if sum(tenths) != TENTHS:
            continue
        weights = np.array(tenths) / TENTHS
        off = float(np.mean([((shape @ weights - came) ** 2).mean() for shape, came in shapes]))
        if off < least - 1e-12:
            best, least = dict(zip(methods, weights.tolist(), strict=True)), off
    return best


def _normal(trial: Shapes, methods: Sequence[str]) -> tuple[Floats, Floats]:
    columns = [trial.money[name] / max(trial.money[name].mean(), 1e-300) for name in methods]
    return np.column_stack(columns), trial.outcome / trial.outcome.mean()
