"""How well a feature orders rows alone, and what it adds to all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.learning.boosting import fit_boosting
from regulars.engine.learning.judgement import auc_with_interval
from regulars.engine.learning.leakage.finding import Finding, too_much
from regulars.engine.learning.logistic import levels_of
from regulars.engine.learning.scorecard import Coding
from regulars.engine.learning.sheet import Floats, Ints, Sheet
from regulars.engine.learning.threads import one_thread

CLOSES, GAINS, REACHES = 0.30, 0.02, 0.85
TWINS = 0.80
TREES, FOLDS = 60, 3
# Alone, a number is looked at in so many steps, each rate drawn to the mean by ten rows.
NEARBY, PRIOR = 50, 10.0


@dataclass(frozen=True)
class Search:
    """What the second rule looks at."""

    sheet: Sheet
    happened: Ints
    part: Ints
    alone: dict[str, Floats]

    def beyond_others(self, left: list[str], suspects: list[str]) -> Finding | None:
        whole = self._auc(left)
        # Adding features hardly lowers the AUC: where all together do not reach the limit,
        # no single one does.
        for name in suspects if whole >= REACHES else ():
            twins = [each for each in left if self._alike(name, each)]
            others = [each for each in left if each != name and each not in twins]
            if not others:
                continue
            without = self._auc(others)
            reached = self._auc([*others, name]) if twins else whole
            wanted = max(GAINS, CLOSES * (1.0 - without))
            if reached >= REACHES and reached - without >= wanted:
                return too_much(name, reached, without)
        return None

    def _auc(self, names: list[str]) -> float:
        score = _unseen(self.sheet.only(names), self.happened, self.part)
        return auc_with_interval(score, self.happened)[0]

    def _alike(self, one: str, other: str) -> bool:
        if other not in self.alone or one == other:
            return False
        ranks = [
            np.argsort(np.argsort(self.alone[name], kind="stable")) for name in (one, other)
        ]
        return bool(abs(np.asarray(np.corrcoef(ranks))[0, 1]) >= TWINS)


def rates_nearby(sheet: Sheet, name: str, happened: Ints, part: Ints) -> Floats:
    """Score every row by the rate of its value, or of values near it, in other parts."""
    codes = _coding(sheet, name).codes(sheet, name)
    found, rate = np.zeros(sheet.rows), float(happened.mean())
    for each in range(FOLDS):
        test = part == each
        size = int(codes.max()) + 1
        rows = np.bincount(codes[~test], minlength=size)
        hits = np.bincount(codes[~test], happened[~test], minlength=size)
        found[test] = ((hits + PRIOR * rate) / (rows + PRIOR))[codes[test]]
    return found


def _coding(sheet: Sheet, name: str) -> Coding:
    if name in sheet.words:
        return Coding(levels=levels_of(sheet, name))
    known = np.unique(sheet.numbers[name][~np.isnan(sheet.numbers[name])])
    if len(known) > NEARBY:
        known = np.unique(np.nanquantile(sheet.numbers[name], np.linspace(0, 1, NEARBY + 1)))
    return Coding(tuple(known.tolist()))


def _unseen(sheet: Sheet, happened: Ints, part: Ints) -> Floats:
    """Score every row by a model of the other parts."""
    found = np.zeros(sheet.rows)
    with one_thread():
        for each in range(FOLDS):
            test = part == each
            train = happened[~test]
            if 0 < train.sum() < len(train):
                forest = fit_boosting(sheet.take(~test), train, trees=TREES)
                found[test] = forest.staged(sheet.take(test), [TREES])[TREES]
    return found
