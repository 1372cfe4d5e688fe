"""Which method, and which setting of it: whatever forecast unseen rows best."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.engine.learning.boosting import MOST_TREES, fit_boosting, stages
from regulars.engine.learning.calibration import (
    Calibration,
    base_rate_of,
    fit_isotonic,
    fit_sigmoid,
)
from regulars.engine.learning.judgement import log_loss
from regulars.engine.learning.logistic import fit_logistic
from regulars.engine.learning.scorecard import Scorecard
from regulars.engine.learning.sheet import Floats, Ints, Sheet
from regulars.engine.learning.threads import one_thread

METHODS = ("logistic", "boosting")
FOLDS = 5
STRENGTHS = (1.0, 0.1, 0.01)
CALIBRATIONS: Mapping[str, Callable[[Floats, Ints], Calibration]] = {
    "sigmoid": fit_sigmoid,
    "isotonic": fit_isotonic,
}


@dataclass(frozen=True)
class Candidate:
    """One method at its best setting.

    Attributes
    ----------
    method, setting
        Such as `boosting` with 150 trees, `logistic` with strength 0.1.
    scores
        Log-odds of each row from a model that had not seen it.
    """

    method: str
    setting: float
    scores: Floats

    def fit(self, sheet: Sheet, happened: Ints, *, seed: int) -> Scorecard:
        """Train this candidate on all rows."""
        return fit_method(self.method, self.setting, sheet, happened, seed=seed)


def fit_method(
    method: str, setting: float, sheet: Sheet, happened: Ints, *, seed: int
) -> Scorecard:
    """Train one method with one setting."""
    with one_thread():
        if method == "logistic":
            return fit_logistic(sheet, happened, strength=setting)
        trees = int(setting)
        return fit_boosting(sheet, happened, trees=trees, seed=seed).scorecard(trees)


def parts(
    happened: Ints, *, keys: Sequence[object] | None, seed: int, folds: int = FOLDS
) -> Ints:
    """Deal the rows into parts, each with its share of outcomes.

    Rows with the same key fall into the same part, whatever the order of rows.
    """
    if keys is not None:
        return np.array([zlib.crc32(f"{seed}:{key}".encode()) % folds for key in keys])
    part = np.empty(len(happened), dtype=np.int64)
    random = np.random.default_rng(seed)
    for value in (0, 1):
        rows = np.flatnonzero(happened == value)
        part[random.permutation(rows)] = np.arange(len(rows)) % folds
    return part


def candidates(
    sheet: Sheet,
    happened: Ints,
    part: Ints,
    *,
    methods: Sequence[str] = METHODS,
    trees: int = MOST_TREES,
    seed: int = 0,
) -> list[Candidate]:
    """Try every setting of the methods on rows they have not seen; keep each one's best."""
    found = []
    for method in methods:
        tried = _tried(method, sheet, happened, part, trees, seed)
        best = min(tried, key=lambda setting: _loss(tried[setting], happened))
        found.append(Candidate(method, best, tried[best]))
    return found


def _loss(score: Floats, happened: Ints) -> float:
    return log_loss(1.0 / (1.0 + np.exp(-np.clip(score, -700.0, 700.0))), happened)


def _tried(
    method: str, sheet: Sheet, happened: Ints, part: Ints, trees: int, seed: int
) -> dict[float, Floats]:
    found: dict[float, Floats] = {}
    for each in np.unique(part):
        unseen = part == each
        train, test = sheet.take(~unseen), sheet.take(unseen)
        scores = _scores(method, train, happened[~unseen], test, trees, seed)
        for setting, score in scores.items():
            found.setdefault(setting, np.empty(sheet.rows))[unseen] = score
    return found


def _scores(
    method: str, train: Sheet, happened: Ints, test: Sheet, trees: int, seed: int
) -> dict[float, Floats]:
    with one_thread():
        if method == "logistic":
            return {
                strength: fit_logistic(train, happened, strength=strength).score(test)
                for strength in STRENGTHS
            }
        forest = fit_boosting(train, happened, trees=trees, seed=seed)
        staged = forest.staged(test, list(stages(trees)))
        return {float(number): score for number, score in staged.items()}


def calibrate(score: Floats, happened: Ints, part: Ints) -> tuple[Calibration, Floats]:
    """Calibrate scores of unseen rows by whichever curve forecasts other parts better.

    Returns
    -------
    the curve fitted on all rows, and for each row the probability from a curve fitted on
    the other parts
    """
    tried = {kind: _crossed(score, happened, part, kind) for kind in CALIBRATIONS}
    best = min(tried, key=lambda kind: log_loss(tried[kind], happened))
    curve = CALIBRATIONS[best](score, happened)
    if curve.kind == "sigmoid" and curve.slope <= 0.0:
        return base_rate_of(happened), tried[best]
    return curve, tried[best]


def _crossed(score: Floats, happened: Ints, part: Ints, kind: str) -> Floats:
    found = np.empty(len(score))
    for each in np.unique(part):
        unseen = part == each
        curve = CALIBRATIONS[kind](score[~unseen], happened[~unseen])
        found[unseen] = curve.probability(score[unseen])
    return found
