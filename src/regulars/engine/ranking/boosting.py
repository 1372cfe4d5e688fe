"""Gradient boosting on what is known at an origin, taught by what came after it.

Two forests, averaged by rank: one expects the money (Poisson deviance), which minds the
largest customers, one its square root, which minds them less. The outcome of each origin is
divided by its mean, so that a good season does not count as a good customer. Trees are few
and small: on six public histories larger ones were better on the days they learned from and
worse on the following ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.engine.learning.threads import one_thread
from regulars.engine.ranking.blending import percentiles
from regulars.engine.ranking.snapshots import Floats, Snapshot

SEED = 20_260_101
TREES, LEAVES, RATE, RIDGE = 60, 4, 0.06, 5.0
# Each split looks at so much of the features: many of them say nearly the same.
FEATURES_PER_SPLIT = 0.3
SMALLEST_LEAF, LARGEST_LEAF = 20, 100
MOST_ROWS = 60_000
# Below this, forests of several seeds are averaged: they differ, and cost next to nothing.
FEW_ROWS, SEEDS_OF_FEW = 20_000, 2
LOSSES = ("poisson", "squared_error")


@dataclass(frozen=True)
class Boosted:
    """Trained forests by loss; the regressors are scikit-learn's and never changed.

    Attributes
    ----------
    forests
        By loss, one per seed.
    rows
        How many rows they learned from.
    """

    forests: Mapping[str, tuple[Any, ...]]  # scikit-learn has no types
    rows: int

    def money(self, values: Floats) -> Floats:
        """Expect the money of customers, as a multiple of the mean customer's."""
        return self._mean("poisson", values)

    def root(self, values: Floats) -> Floats:
        """Expect the square root of that multiple."""
        return self._mean("squared_error", values)

    def order(self, values: Floats) -> Floats:
        """Order customers, 0-1, the higher the better; equal values get equal places."""
        return order_of(self.money(values), self.root(values))

    def _mean(self, loss: str, values: Floats) -> Floats:
        with one_thread():
            found = [forest.predict(values) for forest in self.forests[loss]]
        return np.asarray(np.mean(found, axis=0))


def order_of(money: Floats, root: Floats) -> Floats:
    """Average the orders of the two forests."""
    return (percentiles(money) + percentiles(root)) / 2.0


def train(snapshots: Sequence[Snapshot]) -> Boosted | None:
    """Learn from snapshots with their outcomes; None where nothing came after any of them."""
    some = [each for each in snapshots if each.outcome.sum() > 0]
    if not some:
        return None
    values, money = _rows(some)
    seeds = range(SEEDS_OF_FEW if len(money) < FEW_ROWS else 1)
    bins: dict[str, Any] = {}
    with one_thread():
        forests = {
            loss: tuple(_forest(loss, values, money, SEED + seed, bins) for seed in seeds)
            for loss in LOSSES
        }
    return Boosted(forests, len(money))


def _rows(snapshots: Sequence[Snapshot]) -> tuple[Floats, Floats]:
    """Put the rows below each other, evenly thinned where they are too many."""
    ends = np.cumsum([len(each.outcome) for each in snapshots])
    taken = np.arange(ends[-1])
    if ends[-1] > MOST_ROWS:
        taken = np.linspace(0, ends[-1] - 1, MOST_ROWS).astype(np.int64)
    own = np.split(taken, np.searchsorted(taken, ends[:-1]))
    starts = ends - [len(each.outcome) for each in snapshots]
    values = [
        each.values[rows - start]
        for each, rows, start in zip(snapshots, own, starts, strict=True)
    ]
    money = [
        each.outcome[rows - start] / each.outcome.mean()
        for each, rows, start in zip(snapshots, own, starts, strict=True)
    ]
    return np.concatenate(values), np.concatenate(money)


def _forest(loss: str, values: Floats, money: Floats, seed: int, bins: dict[str, Any]) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    forest = HistGradientBoostingRegressor(
        loss=loss,
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=int(np.clip(len(money) // 50, SMALLEST_LEAF, LARGEST_LEAF)),
        l2_regularization=RIDGE,
        max_features=FEATURES_PER_SPLIT,
        early_stopping=False,
        random_state=seed,
    )
    with _same_bins(forest, bins):
        return forest.fit(values, money if loss == "poisson" else np.sqrt(money))


@contextmanager
def _same_bins(forest: Any, bins: dict[str, Any]) -> Iterator[None]:
    """Sort the same rows into bins once: half of a fit's time, and the same for every forest.

    What does it has no public name; where it has another, each forest sorts for itself.
    """
    own = getattr(forest, "_bin_data", None)

    def once(*given: Any, **named: Any) -> Any:
        if not bins:
            assert own is not None
            bins["rows"], bins["mapper"] = own(*given, **named), forest._bin_mapper
        forest._bin_mapper = bins["mapper"]
        return bins["rows"]

    if own is not None:
        forest._bin_data = once
    yield
    vars(forest).pop("_bin_data", None)
