"""How good probabilities are: do they tell rows apart, and do they mean what they say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regulars.engine.intervals import Z95, wilson
from regulars.engine.learning.sheet import Floats, Ints

PARTS = 10
SMALLEST = 1e-12


@dataclass(frozen=True)
class Tenth:
    """One tenth of the rows by probability, lowest first.

    Attributes
    ----------
    low, high
        The probabilities it spans.
    rows
        About a tenth of all; equal probabilities stay together.
    forecast
        Mean probability.
    happened
        Rows with the outcome.
    rate, rate_low, rate_high
        Their share and its 95 % interval after Wilson (1927).
    """

    low: float
    high: float
    rows: int
    forecast: float
    happened: int
    rate: float
    rate_low: float
    rate_high: float


@dataclass(frozen=True)
class Judgement:
    """Probabilities against what happened.

    Attributes
    ----------
    rows, happened, base_rate
        How many rows, how many with the outcome, and their share.
    auc, auc_low, auc_high
        Probability that of two rows the one with the outcome has the higher probability,
        and its 95 % interval (DeLong et al. 1988). 0.5 is chance.
    brier, brier_naive
        Mean squared error, and that of giving everybody the base rate.
    log_loss, log_loss_naive
        Mean negative log-likelihood, and the same.
    top_tenth_lift
        How many times more often the outcome happened among the tenth with the highest
        probability than among all; ties at the border count at their mean.
    calibration
        Ten parts, lowest probability first; fewer where many are equal.
    """

    rows: int
    happened: int
    base_rate: float
    auc: float
    auc_low: float
    auc_high: float
    brier: float
    brier_naive: float
    log_loss: float
    log_loss_naive: float
    top_tenth_lift: float
    calibration: tuple[Tenth, ...]

    @property
    def signal(self) -> bool:
        """Whether the rows are told apart, and better forecast than by the base rate."""
        return self.auc_low > 0.5 and self.log_loss < self.log_loss_naive

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {"calibration": [asdict(each) for each in self.calibration]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Judgement:
        """Take up what `to_dict` gave."""
        tenths = tuple(Tenth(**each) for each in stored["calibration"])
        return cls(**{**stored, "calibration": tenths})


def judge(probability: Floats, happened: Ints, *, naive: float | None = None) -> Judgement:
    """Compare probabilities with what happened.

    Parameters
    ----------
    probability
        float64, 0-1, one per row.
    happened
        0 or 1, the same rows; both must occur.
    naive
        The base rate as it was known before; None takes that of these rows, which is the
        harder one to beat.

    References
    ----------
    DeLong, E., DeLong, D., Clarke-Pearson, D. (1988), Biometrics 44. Brier, G. (1950).

    Examples
    --------
    >>> found = judge(np.array([0.1, 0.2, 0.6, 0.9]), np.array([0, 0, 1, 1]))
    >>> found.auc, round(found.brier, 4), found.brier_naive
    (1.0, 0.055, 0.25)
    """
    rate = float(happened.mean())
    known = rate if naive is None else naive
    auc, low, high = auc_with_interval(probability, happened)
    return Judgement(
        rows=len(happened),
        happened=int(happened.sum()),
        base_rate=rate,
        auc=auc,
        auc_low=low,
        auc_high=high,
        brier=float(((probability - happened) ** 2).mean()),
        brier_naive=float(((known - happened) ** 2).mean()),
        log_loss=log_loss(probability, happened),
        log_loss_naive=log_loss(np.full(len(happened), known), happened),
        top_tenth_lift=_top_lift(probability, happened),
        calibration=calibration_table(probability, happened),
    )


def log_loss(probability: Floats, happened: Ints) -> float:
    """Give the mean negative log-likelihood."""
    p = np.clip(probability, SMALLEST, 1.0 - SMALLEST)
    return float(-np.where(happened == 1, np.log(p), np.log1p(-p)).mean())


def auc_with_interval(score: Floats, happened: Ints) -> tuple[float, float, float]:
    """Give the area under the curve and its 95 % interval; ties count half.

    The interval is DeLong's, on the scale of log-odds so that it stays within 0-1.

    Examples
    --------
    >>> auc_with_interval(np.array([1.0, 1.0, 2.0, 2.0]), np.array([0, 1, 0, 1]))[0]
    0.5
    """
    yes, no = score[happened == 1], score[happened == 0]
    m, n = len(yes), len(no)
    if m == 0 or n == 0:
        return 0.5, 0.0, 1.0
    # The share of the other group that each row lies above.
    above = (_midranks(score)[happened == 1] - _midranks(yes)) / n
    below = 1.0 - (_midranks(score)[happened == 0] - _midranks(no)) / m
    auc = float(above.mean())
    spread = above.var(ddof=1) / m if m > 1 else 0.25
    error = float(np.sqrt(spread + (below.var(ddof=1) / n if n > 1 else 0.25)))
    return (auc, *_bounds(auc, error, m, n))


def _bounds(auc: float, error: float, m: int, n: int) -> tuple[float, float]:
    if auc <= 0.0 or auc >= 1.0:
        # Perfect order has no variance of its own; the rule of three bounds it.
        off = min(0.5, 3.0 / min(m, n))
        return max(0.0, auc - off), min(1.0, auc + off)
    middle, half = np.log(auc / (1.0 - auc)), Z95 * error / (auc * (1.0 - auc))
    low, high = 1.0 / (1.0 + np.exp(-np.array([middle - half, middle + half])))
    return float(low), float(high)


def _midranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[place])


def calibration_table(probability: Floats, happened: Ints) -> tuple[Tenth, ...]:
    """Put forecast and rate of ten equal parts side by side; see `Judgement`."""
    order = np.argsort(probability, kind="stable")
    p, hit = probability[order], happened[order]
    wanted = (np.arange(1, PARTS) * len(p)) // PARTS
    starts = np.unique(np.append(0, np.searchsorted(p, p[wanted], side="left")))
    stops = np.append(starts[1:], len(p))
    return tuple(
        _tenth(p[start:stop], hit[start:stop])
        for start, stop in zip(starts, stops, strict=True)
    )


def _tenth(p: Floats, hit: Ints) -> Tenth:
    happened = int(hit.sum())
    low, high = wilson(happened, len(p))
    rate = happened / len(p)
    return Tenth(float(p[0]), float(p[-1]), len(p), float(p.mean()), happened, rate, low, high)


def _top_lift(probability: Floats, happened: Ints) -> float:
    wanted = -(-len(probability) // PARTS)
    border = np.partition(probability, len(probability) - wanted)[len(probability) - wanted]
    above, tied = probability > border, probability == border
    caught = happened[above].sum() + happened[tied].mean() * (wanted - above.sum())
    rate = float(happened.mean())
    return float(caught / wanted) / rate if rate > 0 else 1.0
