"""What the forests look at: how much worse they order customers once a thing is unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.evaluate.metrics import normalised_gini
from regulars.engine.measures.windows import FEATURES
from regulars.engine.ranking.boosting import SEED, Boosted
from regulars.engine.ranking.grown import Grown
from regulars.engine.ranking.snapshots import Snapshot

CUSTOMERS, ROUNDS = 5_000, 2


@dataclass(frozen=True)
class Importance:
    """What one meaning, over all its windows, is worth to the order.

    Attributes
    ----------
    meaning
        Key of `Feature.meaning`.
    loss
        Fall of the Gini of the order when these columns are shuffled among customers; 0 or
        below says they are not needed.
    """

    meaning: str
    loss: float


def importances(boosted: Boosted, snapshot: Snapshot) -> tuple[Importance, ...]:
    """Shuffle the columns of each meaning together, a few times; the largest loss first."""
    taken = np.unique(np.linspace(0, len(snapshot.past) - 1, CUSTOMERS).astype(np.int64))
    values, came = snapshot.values[taken], snapshot.outcome[taken]
    grown = Grown.of(boosted, values)
    before = normalised_gini(boosted.order(values), came)
    found = []
    for meaning, columns in _by_meaning(snapshot).items():
        after = [
            normalised_gini(grown.order(_shuffled(values, columns, nth), columns), came)
            for nth in range(ROUNDS)
        ]
        found.append(Importance(meaning, round(before - float(np.mean(after)), 6)))
    return tuple(sorted(found, key=lambda each: (-each.loss, each.meaning)))


def _by_meaning(snapshot: Snapshot) -> dict[str, list[int]]:
    meanings = {feature.name: feature.meaning for feature in FEATURES}
    columns: dict[str, list[int]] = {}
    for place, name in enumerate(snapshot.names):
        columns.setdefault(meanings[name], []).append(place)
    return columns


def _shuffled(values: np.ndarray, columns: list[int], nth: int) -> np.ndarray:
    order = np.random.default_rng(SEED + nth).permutation(len(values))
    shuffled = values.copy()
    shuffled[:, columns] = values[order][:, columns]
    return shuffled
