"""The ways of forecasting that compete; each is a scorecard, so all are treated alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from regulars.engine.learning.boosting import fit_boosting, stages
from regulars.engine.learning.calibration import Calibration
from regulars.engine.learning.choosing import (
    STRENGTHS,
    calibrate,
    candidates,
    fit_method,
    parts,
)
from regulars.engine.learning.judgement import log_loss
from regulars.engine.learning.scorecard import Line, Scorecard
from regulars.engine.learning.sheet import Floats, Ints, Sheet
from regulars.engine.learning.threads import one_thread

TRAINED = ("boosting", "logistic")
P_ALIVE, BLEND, RECENCY = "p_alive", "blend", "recency"
# Tens of thousands of rows settle these questions with fewer parts and trees than a table
# of a few thousand.
FOLDS, TREES = 3, 200


@dataclass(frozen=True)
class Way:
    """One method with its setting and the curve from its score to a probability.

    Attributes
    ----------
    method
        `boosting`, `logistic`, `p_alive`, `blend` or `recency`.
    setting
        Trees or strength of the ridge; 0 where there is nothing to set.
    calibration
        From rows the score had not seen.
    """

    method: str
    setting: float
    calibration: Calibration


def single(sheet: Sheet, feature: str) -> Scorecard | None:
    """Score by one column as it is, centred; None where it says nothing."""
    values = sheet.numbers.get(feature)
    if values is None or np.isnan(values).all() or np.nanstd(values) == 0.0:
        return None
    centre = float(np.nanmean(values))
    return Scorecard(centre, {}, (Line(feature, 1.0, centre),))


def purchases_alone(sheet: Sheet, feature: str = "expected_odds") -> Scorecard | None:
    """Score by what MBG/NBD says of the horizon."""
    return single(sheet, feature)


def recency_alone(sheet: Sheet) -> Scorecard | None:
    """Score by the days since the last activity: what anybody can do by eye."""
    card = single(sheet, "days_since_last")
    return None if card is None else card.scaled(1.0 / 30.0)


def blended(one: Scorecard, other: Scorecard) -> Scorecard:
    """Take the geometric mean of two odds."""
    return one.scaled(0.5).plus(other.scaled(0.5))


def cards(
    sheet: Sheet,
    happened: Ints,
    features: Sequence[str],
    settings: Mapping[str, float],
    seed: int,
) -> dict[str, Scorecard]:
    """Train every method on rows, with settings chosen before."""
    learnable = usable(sheet, features)
    found = {
        name: fit_method(name, setting, learnable, happened, seed=seed)
        for name, setting in settings.items()
        if name in TRAINED
    }
    return found | simple(sheet, found)


def simple(sheet: Sheet, trained: Mapping[str, Scorecard]) -> dict[str, Scorecard]:
    """Add the methods that need no training."""
    found: dict[str, Scorecard] = {}
    alive, recency = purchases_alone(sheet), recency_alone(sheet)
    if alive is not None:
        found[P_ALIVE] = alive
        if "boosting" in trained:
            found[BLEND] = blended(trained["boosting"], alive)
    if recency is not None:
        found[RECENCY] = recency
    return found


def usable(sheet: Sheet, features: Sequence[str]) -> Sheet:
    """Leave out columns that are the same for everybody."""
    kept = [
        name
        for name in features
        if not np.isnan(sheet.numbers[name]).all() and np.nanstd(sheet.numbers[name]) > 0.0
    ]
    return sheet.only(kept)


def settled_by_parts(
    sheet: Sheet, happened: Ints, features: Sequence[str], keys: Sequence[object], seed: int
) -> dict[str, Way]:
    """Choose settings and calibrate on customers that were left out, three parts in turn."""
    part = parts(happened, keys=keys, seed=seed, folds=FOLDS)
    found = candidates(
        usable(sheet, features), happened, part, methods=TRAINED, trees=TREES, seed=seed
    )
    scores = {each.method: each.scores for each in found}
    settings = {each.method: each.setting for each in found}
    for name, card in simple(sheet, {}).items():
        scores[name] = card.score(sheet)
    if P_ALIVE in scores:
        scores[BLEND] = (scores["boosting"] + scores[P_ALIVE]) / 2.0
    return {
        name: Way(name, settings.get(name, 0.0), calibrate(score, happened, part)[0])
        for name, score in scores.items()
    }


def settled_out_of_time(
    early: tuple[Sheet, Ints],
    late: tuple[Sheet, Ints],
    features: Sequence[str],
    keys: Sequence[object],
    seed: int,
) -> dict[str, Way]:
    """Choose settings and calibrate on a later date than the one trained on."""
    sheet, happened = late
    best = {name: _best(name, early, late, features, seed) for name in TRAINED}
    found = {name: card for name, (_, card) in best.items()}
    found |= simple(sheet, found)
    part = parts(happened, keys=keys, seed=seed)
    return {
        name: Way(
            name,
            best[name][0] if name in best else 0.0,
            calibrate(card.score(sheet), happened, part)[0],
        )
        for name, card in found.items()
    }


def _best(
    method: str,
    early: tuple[Sheet, Ints],
    late: tuple[Sheet, Ints],
    features: Sequence[str],
    seed: int,
) -> tuple[float, Scorecard]:
    """Train a method at each of its settings; keep the one that forecasts later rows best."""
    learnable, happened = usable(early[0], features), early[1]
    if method == "boosting":
        with one_thread():
            forest = fit_boosting(learnable, happened, trees=TREES, seed=seed)
            scores = forest.staged(late[0].only(learnable.features), list(stages(TREES)))
            trees = min(scores, key=lambda number: _loss(scores[number], late[1]))
            return float(trees), forest.scorecard(trees)
    tried = {
        strength: fit_method(method, strength, learnable, happened, seed=seed)
        for strength in STRENGTHS
    }
    strength = min(tried, key=lambda each: _loss(tried[each].score(late[0]), late[1]))
    return strength, tried[strength]


def recalibrated(
    way: Way, score: Floats, happened: Ints, keys: Sequence[object], seed: int
) -> Way:
    """Fit the curve again on the latest rows whose outcome is known."""
    part = parts(happened, keys=keys, seed=seed)
    return replace(way, calibration=calibrate(score, happened, part)[0])


def _loss(score: Floats, happened: Ints) -> float:
    return log_loss(1.0 / (1.0 + np.exp(-np.clip(score, -700.0, 700.0))), happened)
