"""From a score to a probability that means what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from regulars.engine.learning.sheet import Floats, Ints

Kind = Literal["sigmoid", "isotonic", "base_rate"]

# A step of the isotonic curve rests on so many rows at least; fewer are noise.
FEWEST_IN_STEP = 25
MOST_STEPS = 200
# Where a score is this near to the baseline, the slope of the curve is taken over it.
NEAR = 1e-6
STEPS_OF_NEWTON = 50
SMOOTH = 0.02


@dataclass(frozen=True)
class Calibration:
    """A rising curve from log-odds to probability; one frozen value.

    Attributes
    ----------
    kind
        `sigmoid`: 1 / (1 + exp(-(slope x score + shift))), Platt (1999). `isotonic`: straight
        between the centres of pooled neighbours, Zadrozny & Elkan (2002). `base_rate`: the
        same for everybody, where there is no signal.
    slope, shift
        Of the sigmoid; an isotonic curve holds a fiftieth of it, so that scores beyond its
        ends still differ.
    scores, chances
        Of the isotonic curve: its corners, both ascending.
    base_rate
        Share of the rows it was fitted on that had the outcome, 0-1.
    """

    kind: Kind
    base_rate: float
    slope: float = 0.0
    shift: float = 0.0
    scores: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()

    def probability(self, score: Floats) -> Floats:
        """Give the probability of each score, float64, 0-1, rising with the score.

        Examples
        --------
        >>> curve = Calibration("sigmoid", 0.5, slope=1.0)
        >>> curve.probability(np.array([0.0, 2.0])).round(3).tolist()
        [0.5, 0.881]
        """
        if self.kind == "base_rate":
            return np.full(len(score), self.base_rate)
        smooth = _sigmoid(self.slope * score + self.shift)
        if self.kind == "sigmoid":
            return smooth
        pooled = np.interp(score, self.scores, self.chances)
        return np.asarray((1.0 - SMOOTH) * pooled + SMOOTH * smooth)

    def steepness(self, baseline: float, score: Floats) -> Floats:
        """Give the mean slope of the curve between the baseline and each score.

        Multiplied by what a feature adds to the score it gives probability, and the
        probabilities of all features sum to the difference from the baseline's: the
        attribution of Aumann & Shapley (1974) along the straight way.
        """
        off = score - baseline
        off = np.where(np.abs(off) < NEAR, NEAR, off)
        start = self.probability(np.array([baseline]))[0]
        return np.asarray((self.probability(baseline + off) - start) / off)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return vars(self) | {"scores": list(self.scores), "chances": list(self.chances)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Calibration:
        """Take up what `to_dict` gave."""
        corners = {name: tuple(stored[name]) for name in ("scores", "chances")}
        return cls(**{**stored, **corners})


def base_rate_of(happened: Ints) -> Calibration:
    """Give everybody the share that had the outcome."""
    return Calibration("base_rate", float(np.mean(happened)))


def fit_sigmoid(score: Floats, happened: Ints) -> Calibration:
    """Fit Platt's sigmoid, with his smoothed targets, by Newton's method.

    Parameters
    ----------
    score
        float64, log-odds, of rows the model had not seen.
    happened
        0 or 1.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines. The steps follow
    Lin, Lin & Weng (2007).
    """
    ones = int(happened.sum())
    high, low = (ones + 1.0) / (ones + 2.0), 1.0 / (len(happened) - ones + 2.0)
    target = np.where(happened == 1, high, low)
    centre, spread = float(score.mean()), max(float(score.std()), 1e-9)
    z = (score - centre) / spread
    a, b = _newton(z, target)
    return Calibration(
        "sigmoid", float(happened.mean()), slope=a / spread, shift=b - a * centre / spread
    )


def _newton(z: Floats, target: Floats) -> tuple[float, float]:
    rate = float(target.mean())
    a, b = 0.0, float(np.log(rate / (1.0 - rate)))
    for _ in range(STEPS_OF_NEWTON):
        p = _sigmoid(a * z + b)
        off, bend = target - p, p * (1.0 - p) + 1e-12
        # Sums, not dot products: those change with the number of cores.
        leaning = float((bend * z).sum())
        slope = np.array([(off * z).sum(), off.sum()])
        square = np.array([[(bend * z * z).sum(), leaning], [leaning, bend.sum()]])
        step = np.clip(np.linalg.solve(square + 1e-9 * np.eye(2), slope), -2.0, 2.0)
        a, b = a + float(step[0]), b + float(step[1])
        if np.abs(step).max() < 1e-10:
            break
    return a, b


def fit_isotonic(score: Floats, happened: Ints) -> Calibration:
    """Pool neighbours until the rates rise, then join the centres of the pools.

    Parameters
    ----------
    score
        float64, log-odds, of rows the model had not seen.
    happened
        0 or 1.

    Returns
    -------
    Calibration
        its chances are drawn to the base rate by one row, so none is 0 or 1

    References
    ----------
    Zadrozny, B., Elkan, C. (2002). Transforming classifier scores into accurate multiclass
    probability estimates. Joined centres: Oron, A., Flournoy, N. (2017), Centered isotonic
    regression.
    """
    rate = float(happened.mean())
    pools: list[tuple[float, float, float]] = []  # rows, sum of scores, outcomes
    for pool in _steps(score, happened):
        pools.append(pool)
        while len(pools) > 1 and _share(pools[-2], rate) >= _share(pools[-1], rate):
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    smooth = fit_sigmoid(score, happened)
    return Calibration(
        "isotonic",
        rate,
        max(smooth.slope, 0.0),
        smooth.shift,
        scores=tuple(total / rows for rows, total, _ in pools),
        chances=tuple(_share(pool, rate) for pool in pools),
    )


def _share(pool: tuple[float, float, float], rate: float) -> float:
    return (pool[2] + rate) / (pool[0] + 1.0)


def _steps(score: Floats, happened: Ints) -> list[tuple[float, float, float]]:
    """Cut the sorted scores into steps; equal scores stay in one."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    size = max(FEWEST_IN_STEP, -(-len(score) // MOST_STEPS))
    wanted = np.arange(size, len(score) - size + 1, size)
    starts = np.unique(np.searchsorted(ranked, ranked[wanted], side="left"))
    starts = np.append(0, starts[starts > 0])
    rows = np.diff(np.append(starts, len(score)))
    totals = np.add.reduceat(ranked, starts)
    outcomes = np.add.reduceat(happened[order].astype(np.float64), starts)
    return list(zip(rows.tolist(), totals.tolist(), outcomes.tolist(), strict=True))


def _sigmoid(score: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -700.0, 700.0))))
