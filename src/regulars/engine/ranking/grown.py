"""Forests tree by tree: what changes when a few columns do, without asking every tree again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.engine.learning.threads import one_thread
from regulars.engine.ranking.boosting import Boosted, order_of
from regulars.engine.ranking.snapshots import Floats


@dataclass(frozen=True)
class _Trees:
    """One forest and what each of its trees says of the rows it is asked about.

    Attributes
    ----------
    said
        Trees x rows; None where this scikit-learn keeps trees in another form, and then the
        forest answers as a whole.
    uses
        By tree, the columns it looks at.
    """

    forest: Any  # scikit-learn has no types
    said: Floats | None
    uses: tuple[frozenset[int], ...] = ()

    @classmethod
    def of(cls, forest: Any, values: Floats) -> _Trees:
        # Where the trees are kept has no public name, so their sum is held against the
        # forest's own answer.
        try:
            grown = [stage[0] for stage in forest._predictors]
            said = np.stack([_said(forest, tree, values) for tree in grown])
            uses = tuple(_uses(tree) for tree in grown)
            whole = cls(forest, said, uses)
            if np.array_equal(whole.predict(values, ()), forest.predict(values)):
                return whole
        except (AttributeError, TypeError, ValueError):
            pass
        return cls(forest, None)

    def predict(self, values: Floats, changed: Sequence[int]) -> Floats:
        """Forecast rows of which only some columns differ from those known."""
        if self.said is None:
            return np.asarray(self.forest.predict(values))
        total = np.zeros(len(values)) + np.ravel(self.forest._baseline_prediction)[0]
        for nth, (known, uses) in enumerate(zip(self.said, self.uses, strict=True)):
            if uses.isdisjoint(changed):
                total += known
            else:
                total += _said(self.forest, self.forest._predictors[nth][0], values)
        return np.asarray(self.forest._loss.link.inverse(total))


def _said(forest: Any, tree: Any, values: Floats) -> Floats:
    words, places = forest._bin_mapper.make_known_categories_bitsets()
    return np.asarray(tree.predict(values, words, places, 1))


def _uses(tree: Any) -> frozenset[int]:
    splits = tree.nodes[tree.nodes["is_leaf"] == 0]
    return frozenset(splits["feature_idx"].tolist())


@dataclass(frozen=True)
class Grown:
    """Trained forests that know some rows, and answer quickly when a few columns change."""

    trees: Mapping[str, tuple[_Trees, ...]]

    @classmethod
    def of(cls, boosted: Boosted, values: Floats) -> Grown:
        """Ask every tree once."""
        with one_thread():
            return cls(
                {
                    loss: tuple(_Trees.of(forest, values) for forest in forests)
                    for loss, forests in boosted.forests.items()
                }
            )

    def order(self, values: Floats, changed: Sequence[int]) -> Floats:
        """Order rows as `Boosted.order` does; only the columns `changed` may differ."""
        return order_of(
            self._mean("poisson", values, changed), self._mean("squared_error", values, changed)
        )

    def _mean(self, loss: str, values: Floats, changed: Sequence[int]) -> Floats:
        with one_thread():
            found = [trees.predict(values, changed) for trees in self.trees[loss]]
        return np.asarray(np.mean(found, axis=0))
