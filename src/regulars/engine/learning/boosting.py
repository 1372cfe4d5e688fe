"""Gradient boosting whose trees look at two features at most, kept as curves and surfaces.

Trees that are free to combine features win little over pairs on tables of customers (see
benchmarks/churn.py), and a pair can be written down whole: what a tree says for every place
of its two features is a small table, and the tables of all trees on the same pair are one.
Each surface is then split between its two features by their Shapley values against the
other's spread in training, so reasons are exact and cost a look-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.base.errors import Outside
from regulars.engine.learning.logistic import levels_of
from regulars.engine.learning.scorecard import Coding, Curve, Scorecard, Surface, Term
from regulars.engine.learning.sheet import Floats, Ints, Sheet

RATE = 0.05
MOST_TREES = 300
LEAVES = 4
FEWEST_IN_LEAF = 30
RIDGE = 10.0
BINS = 63
# With more features than this the pairs are too many to search; each stands alone then.
MOST_FOR_PAIRS = 100

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Boosted:
    """A trained forest, from which scorecards with fewer trees can be cut.

    Attributes
    ----------
    forest
        scikit-learn's HistGradientBoostingClassifier.
    columns
        What it was trained on: the places of words first, as scikit-learn sorts them too,
        then numbers.
    """

    forest: Any  # scikit-learn has no types
    sheet: Sheet
    words: Mapping[str, Coding]
    columns: Floats

    def staged(self, sheet: Sheet, trees: list[int]) -> dict[int, Floats]:
        """Score rows with only the first trees, for some numbers of trees."""
        wanted, columns = set(trees), _columns(sheet, self.words)
        stages = islice(self.forest.staged_decision_function(columns), max(wanted))
        return {
            number: np.asarray(score).ravel()
            for number, score in enumerate(stages, start=1)
            if number in wanted
        }

    def scorecard(self, trees: int) -> Scorecard:
        """Write the first `trees` trees down as curves and surfaces.

        Raises
        ------
        Outside
            where the sums differ from the forest's own: scikit-learn then grows trees in a
            form that this version does not know.
        """
        forest = _Forest.of(self.forest, trees, self.sheet, self.words)
        card = forest.scorecard(self.sheet)
        rows = self.sheet.take(np.arange(min(self.sheet.rows, 1_000)))
        own = self.staged(rows, [trees])[trees]
        if not np.allclose(card.score(rows), own, rtol=0.0, atol=1e-6):
            raise Outside(
                "The trees of this scikit-learn could not be written down as tables. "
                "Install the version named in the lock file.",
                permanent=True,
            )
        return card


def fit_boosting(
    sheet: Sheet, happened: Ints, *, trees: int = MOST_TREES, seed: int = 0
) -> Boosted:
    """Grow trees of four leaves on histograms, native words and missing values included.

    Parameters
    ----------
    sheet
        Rows of training.
    happened
        0 or 1 by row; both must occur.
    trees
        How many.
    seed
        Of the bins, where there are more than 200,000 rows.

    References
    ----------
    Lou, Y., Caruana, R., Gehrke, J., Hooker, G. (2013). Accurate intelligible models with
    pairwise interactions. Ke, G. et al. (2017), LightGBM, for the histograms.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    words = {name: Coding(levels=levels_of(sheet, name)) for name in sheet.words}
    columns = _columns(sheet, words)
    forest = HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_iter=trees,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=max(2, min(FEWEST_IN_LEAF, len(happened) // 20)),
        l2_regularization=RIDGE,
        max_bins=BINS,
        early_stopping=False,
        categorical_features=[True] * len(words) + [False] * len(sheet.numbers),
        interaction_cst="pairwise" if columns.shape[1] <= MOST_FOR_PAIRS else "no_interactions",
        random_state=seed,
    )
    forest.fit(columns, happened)
    return Boosted(forest, sheet, words, columns)


def _columns(sheet: Sheet, words: Mapping[str, Coding]) -> Floats:
    columns = []
    for name, coding in words.items():
        codes = coding.codes(sheet, name).astype(np.float64)
        codes[codes == coding.places - 1] = np.nan
        columns.append(codes)
    return np.column_stack([*columns, *sheet.numbers.values()])


@dataclass(frozen=True)
class _Forest:
    """Trees with the places that their splits make."""

    trees: list[tuple[npt.NDArray[np.void], npt.NDArray[np.uint32]]]
    names: list[str]
    codings: dict[str, Coding]
    seen: dict[str, Mask]
    baseline: float

    @classmethod
    def of(cls, forest: Any, trees: int, sheet: Sheet, words: Mapping[str, Coding]) -> _Forest:
        # Where the trees are kept has no public name; `Boosted.scorecard` checks the sums.
        grown = [stage[0] for stage in forest._predictors[:trees]]
        kept = [(tree.nodes, tree.raw_left_cat_bitsets) for tree in grown]
        names = [*words, *sheet.numbers]
        codings = dict(words)
        for place, name in enumerate(sheet.numbers, start=len(words)):
            codings[name] = Coding(_cuts(kept, place))
        seen = {
            name: np.bincount(words[name].codes(sheet, name), minlength=words[name].places) > 0
            for name in words
        }
        return cls(kept, names, codings, seen, float(np.ravel(forest._baseline_prediction)[0]))

    def scorecard(self, sheet: Sheet) -> Scorecard:
        tables = _Tables()
        for nodes, bitsets in self.trees:
            self._walk(nodes, bitsets, 0, {}, tables)
        used_names = {self.names[place] for pair in tables.by_features for place in pair}
        codings = {name: self.codings[name] for name in self.names if name in used_names}
        weights = {
            name: np.bincount(coding.codes(sheet, name), minlength=coding.places) / sheet.rows
            for name, coding in codings.items()
        }
        return self._centred(tables, codings, weights)

    def _centred(
        self, tables: _Tables, codings: dict[str, Coding], weights: dict[str, Floats]
    ) -> Scorecard:
        baseline, terms = self.baseline, list[Term]()
        for used in sorted(tables.by_features):
            table, names = tables.by_features[used], [self.names[place] for place in used]
            mean = float(_mean(table, [weights[name] for name in names]))
            baseline += mean
            if len(names) == 1:
                terms.append(Curve(names[0], table - mean))
            elif len(names) == 2:
                terms.append(_split(names, table, mean, weights))
        return Scorecard(baseline, codings, tuple(terms))

    def _walk(
        self,
        nodes: npt.NDArray[np.void],
        bitsets: npt.NDArray[np.uint32],
        number: int,
        path: dict[int, Mask],
        tables: _Tables,
    ) -> None:
        """Add each leaf to the table of the features on its own way down: two at most."""
        node = nodes[number]
        if node["is_leaf"]:
            used = tuple(sorted(path))
            here = np.ones(())
            for place in used:
                here = np.multiply.outer(here, path[place])
            tables.add(used, here * float(node["value"]))
            return
        place = int(node["feature_idx"])
        left = self._goes_left(node, bitsets)
        before = path.get(place, np.ones_like(left))
        for child, side in (("left", left), ("right", ~left)):
            below = {**path, place: before & side}
            self._walk(nodes, bitsets, int(node[child]), below, tables)

    def _goes_left(self, node: np.void, bitsets: npt.NDArray[np.uint32]) -> Mask:
        name = self.names[int(node["feature_idx"])]
        coding, missing = self.codings[name], bool(node["missing_go_to_left"])
        places = np.arange(coding.places)
        if node["is_categorical"]:
            bits = bitsets[int(node["bitset_idx"])]
            left = (bits[places // 32] >> (places % 32).astype(np.uint32)) & 1 == 1
            # Words never seen in training go where missing values go.
            left[~self.seen[name]] = missing
        else:
            left = places <= np.searchsorted(np.asarray(coding.cuts), node["num_threshold"])
        left[-1] = missing
        return np.asarray(left)


def _cuts(
    trees: list[tuple[npt.NDArray[np.void], npt.NDArray[np.uint32]]], place: int
) -> tuple[float, ...]:
    found: set[float] = set()
    for nodes, _ in trees:
        mine = (nodes["is_leaf"] == 0) & (nodes["feature_idx"] == place)
        found.update(nodes["num_threshold"][mine].tolist())
    return tuple(sorted(found))


@dataclass
class _Tables:
    """The sums of all trees by the features they look at."""

    by_features: dict[tuple[int, ...], Floats] = field(default_factory=dict)

    def add(self, used: tuple[int, ...], table: Floats) -> None:
        if used in self.by_features:
            self.by_features[used] = self.by_features[used] + table
        else:
            self.by_features[used] = table


def _mean(table: Floats, weights: list[Floats]) -> Floats:
    for weight in weights:
        table = np.tensordot(weight, table, axes=(0, 0))
    return table


def _split(names: list[str], table: Floats, mean: float, weights: dict[str, Floats]) -> Surface:
    """Give either feature its Shapley value, the other one spread as in training."""
    one, other = names
    by_one = (table @ weights[other])[:, None] - mean
    by_other = (weights[one] @ table)[None, :] - mean
    both = table - mean
    return Surface(
        (one, other), (by_one + both - by_other) / 2.0, (by_other + both - by_one) / 2.0
    )


def stages(trees: int = MOST_TREES) -> Iterator[int]:
    """Name the numbers of trees that are tried."""
    return (number for number in (25, 50, 100, 150, 200, 300) if number <= trees)
