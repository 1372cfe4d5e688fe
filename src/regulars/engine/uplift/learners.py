"""Whom it works on: learners that estimate each customer's own effect.

They stand on scikit-learn and never judge themselves: scores to be evaluated come from
`cross_scores`, in which nobody was scored by a model that had seen him. Effects are small
against noise, so the learners are kept simple (few leaves, large leaves).

Rows must come in an order that does not depend on chance (by customer id): the folds are
drawn by seed over positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput
from regulars.engine.uplift.estimators import Base, Maker, fitted, predict
from regulars.engine.uplift.moments import Floats

Learner = Literal["t", "x", "class_transformation", "response"]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
LEARNERS: tuple[Learner, ...] = ("t", "x", "class_transformation", "response")
# Below this neither arm says anything about anybody's own effect.
FEWEST = 500


@dataclass(frozen=True)
class UpliftModel:
    """A fitted learner.

    Attributes
    ----------
    learner, base
        How the effect is put together, and what from.
    share
        Share treated in the experiment, 0-1.
    parts
        The fitted scikit-learn estimators.
    binary
        True where the outcome was 0/1; effects are then differences of rates.
    """

    learner: Learner
    base: Base
    share: float
    parts: tuple[Any, ...]
    binary: bool

    def score(self, features: Floats) -> Floats:
        """Give each customer's expected effect, in the unit of the outcome.

        Parameters
        ----------
        features
            Shape (n, p), the columns of the fit. Score millions in chunks.

        Returns
        -------
        Array of shape (n,); a difference of rates between -1 and 1 where binary. Of
        `response` the expected outcome if treated: an order, not an effect.
        """
        values = [predict(part, features) for part in self.parts]
        if self.learner == "t":
            return values[0] - values[1]
        if self.learner == "x":
            # Each arm's guess is as good as the other arm's model of the outcome.
            return self.share * values[1] + (1 - self.share) * values[0]
        if self.learner == "class_transformation" and self.binary:
            return 2.0 * values[0] - 1.0
        return values[0]


@dataclass(frozen=True)
class CrossScores:
    """Scores to be judged: each customer's come from models that had not seen him.

    Attributes
    ----------
    effect
        Expected effect, shape (n,).
    baseline
        Expected outcome between the two arms, shape (n,); takes noise out of the judgement.
    fold
        Which fold a customer was in, 0, 1, ...
    """

    effect: Floats
    baseline: Floats
    fold: Ints


def fit_uplift(
    features: npt.ArrayLike,
    treated: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    learner: Learner = "x",
    base: Base = "linear",
    share: float | None = None,
    seed: int = 0,
) -> UpliftModel:
    """Fit a learner of individual effects on a randomised experiment.

    Parameters
    ----------
    features
        Shape (n, p), known before the start; missing values may be NaN.
    treated
        Shape (n,), true where *assigned*.
    outcome
        Shape (n,), 0/1 or any number.
    learner
        `t`: a model per arm, their difference. `x`: imputes each customer's effect from the
        other arm's model and learns it (Kuenzel et al. 2019), better with unequal arms.
        `class_transformation`: one model of "did as assigned" (Jaskowski & Jaroszewicz
        2012), weighted by the shares; for numbers, of the transformed outcome. `response`:
        the outcome of the treated, which is what is usually targeted; where effects are
        small and grow with the outcome it may order better than any learner.
    base
        `linear` (logistic and ridge regression) or `boosting` (histogram gradient boosting).
    share
        Planned share treated; None takes the realised one.

    Returns
    -------
    UpliftModel

    Raises
    ------
    BadInput
        with fewer than 500 customers in an arm or arrays of different lengths.

    References
    ----------
    Kuenzel, S. et al. (2019). Metalearners for estimating heterogeneous treatment effects.
    PNAS 116(10). Jaskowski, M., Jaroszewicz, S. (2012). Uplift modeling for clinical trial
    data. ICML workshop.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> features, treated = rng.normal(size=(4000, 1)), rng.random(4000) < 0.5
    >>> outcome = features[:, 0] * treated + rng.normal(size=4000)
    >>> model = fit_uplift(features, treated, outcome)
    >>> [round(float(each)) for each in model.score(np.array([[-1.0], [0.0], [1.0]]))]
    [-1, 0, 1]
    """
    x, w, y = checked(features, treated, outcome)
    planned = float(w.mean()) if share is None else share
    return _learnt(x, w, y, learner, planned, Maker(base, len(y), seed))


def cross_scores(
    features: npt.ArrayLike,
    treated: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    learner: Learner = "x",
    base: Base = "linear",
    share: float | None = None,
    folds: int = 5,
    seed: int = 0,
) -> CrossScores:
    """Score everybody by models that were fitted on the other folds.

    Parameters
    ----------
    features, treated, outcome, learner, base, share
        As for `fit_uplift`.
    folds
        Parts, 2 or more; arms are spread evenly over them.

    Returns
    -------
    CrossScores

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> features, treated = rng.normal(size=(4000, 1)), rng.random(4000) < 0.5
    >>> outcome = features[:, 0] * treated + rng.normal(size=4000)
    >>> found = cross_scores(features, treated, outcome, folds=2)
    >>> bool(np.corrcoef(found.effect, features[:, 0])[0, 1] > 0.95)
    True
    """
    x, w, y = checked(features, treated, outcome)
    planned = float(w.mean()) if share is None else share
    fold = _folds(w, folds, seed)
    effect, baseline = np.empty(len(y)), np.empty(len(y))
    for part in range(folds):
        inside, outside = fold == part, fold != part
        seen = x[outside], w[outside], y[outside]
        size = int(outside.sum())
        model = _learnt(*seen, learner, planned, Maker(base, size, seed))
        # The baseline takes noise out of the judgement; the plain learner does for that.
        arms = _learnt(*seen, "t", planned, Maker("linear", size, seed))
        one, two = (predict(each, x[inside]) for each in arms.parts)
        effect[inside] = model.score(x[inside])
        baseline[inside] = (1 - planned) * one + planned * two
    return CrossScores(effect, baseline, fold)


def checked(
    features: npt.ArrayLike, treated: npt.ArrayLike, outcome: npt.ArrayLike
) -> tuple[Floats, Bools, Floats]:
    """Bring an experiment's arrays into shape, or say what is wrong with them.

    Raises
    ------
    BadInput
        where lengths differ, an outcome is missing, or an arm is too small.
    """
    x = np.asarray(features, dtype=np.float64)
    w = np.asarray(treated).astype(bool)
    y = np.asarray(outcome, dtype=np.float64)
    if x.ndim != 2 or not len(x) == len(w) == len(y):
        raise BadInput(
            f"Features of shape {x.shape} do not fit {len(w)} arms and {len(y)} outcomes; "
            "give (customers, features) and one value per customer."
        )
    if not np.isfinite(y).all():
        raise BadInput("An outcome is missing; fill in 0 where nothing happened.")
    fewest = int(min(w.sum(), (~w).sum()))
    if fewest < FEWEST:
        raise BadInput(
            f"The smaller arm has {fewest} customers; learning whom it works on takes "
            f"{FEWEST} at least. Wait for more, or pool experiments."
        )
    return x, w, y


def is_binary(outcome: Floats) -> bool:
    """Say whether all outcomes are 0 or 1."""
    return bool(np.isin(outcome, (0.0, 1.0)).all())


def _learnt(
    x: Floats, w: Bools, y: Floats, learner: Learner, share: float, maker: Maker
) -> UpliftModel:
    binary = is_binary(y)
    parts = _FITS[learner](x, w, y, share, binary, maker)
    return UpliftModel(learner, maker.base, share, tuple(parts), binary)


def _fit_t(
    x: Floats, w: Bools, y: Floats, share: float, binary: bool, maker: Maker
) -> Sequence[Any]:
    return [fitted(maker, x[each], y[each], binary=binary) for each in (w, ~w)]


def _fit_x(
    x: Floats, w: Bools, y: Floats, share: float, binary: bool, maker: Maker
) -> Sequence[Any]:
    one, two = _fit_t(x, w, y, share, binary, maker)
    imputed_treated = y[w] - predict(two, x[w])
    imputed_control = predict(one, x[~w]) - y[~w]
    return [
        fitted(maker, x[w], imputed_treated, binary=False),
        fitted(maker, x[~w], imputed_control, binary=False),
    ]


def _fit_class(
    x: Floats, w: Bools, y: Floats, share: float, binary: bool, maker: Maker
) -> Sequence[Any]:
    if binary:
        as_assigned = np.where(w, y, 1.0 - y)
        weights = np.where(w, 0.5 / share, 0.5 / (1 - share))
        return [fitted(maker, x, as_assigned, binary=True, weights=weights)]
    middle = (1 - share) * y[w].mean() + share * y[~w].mean()
    lever = np.where(w, 1 / share, -1 / (1 - share))
    return [fitted(maker, x, lever * (y - middle), binary=False)]


def _fit_response(
    x: Floats, w: Bools, y: Floats, share: float, binary: bool, maker: Maker
) -> Sequence[Any]:
    return [fitted(maker, x[w], y[w], binary=binary)]


_FITS = {
    "t": _fit_t,
    "x": _fit_x,
    "class_transformation": _fit_class,
    "response": _fit_response,
}


def _folds(treated: Bools, folds: int, seed: int) -> Ints:
    if folds < 2:
        raise BadInput(f"{folds} folds leave nobody to learn from; take 2 or more.")
    rng = np.random.default_rng(seed)
    fold = np.empty(len(treated), dtype=np.int64)
    for arm in (treated, ~treated):
        fold[arm] = rng.permutation(int(arm.sum())) % folds
    return fold
