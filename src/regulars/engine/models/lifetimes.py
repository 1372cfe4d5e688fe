"""How long contracts last: counts of ends by age, and the curve they draw by themselves.

Age counts renewal dates. A contract that ended at its third date has age 3 and ended; one
that was renewed three times and runs on has age 3 and did not end (it is censored: all we know
is that it lasts longer).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from regulars.base.errors import BadInput
from regulars.engine.models.newton import Floats

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lifetimes:
    """Contracts by age; entry t of each array is age t.

    Attributes
    ----------
    ended
        How many ended at renewal date t; entry 0 is 0.
    kept
        How many were last seen running, after t renewals.

    Examples
    --------
    >>> Lifetimes.of([1, 3, 3, 2], [True, True, False, False]).ended.tolist()
    [0, 1, 0, 1]
    >>> Lifetimes.of_survivors([100, 80, 70]).kept.tolist()
    [0, 0, 70]
    """

    ended: Ints
    kept: Ints

    @classmethod
    def of(cls, age: object, ended: object) -> Lifetimes:
        """Count one row per contract: its age (whole, >= 0) and whether it ended there.

        Raises
        ------
        BadInput
            for a negative age, or a contract that ended before its first renewal date.
        """
        ages, over = np.asarray(age, dtype=np.int64), np.asarray(ended, dtype=bool)
        if ages.min(initial=0) < 0 or (over & (ages == 0)).any():
            raise BadInput(
                "Some contracts have a negative age, or ended at age 0. A contract that was "
                "not renewed at its first date has age 1."
            )
        size = int(ages.max(initial=0)) + 1
        return cls(
            np.bincount(ages[over], minlength=size).astype(np.int64),
            np.bincount(ages[~over], minlength=size).astype(np.int64),
        )

    @classmethod
    def of_survivors(cls, counts: Sequence[int]) -> Lifetimes:
        """Take one cohort: how many there were at first, after one date, after two, ..

        Raises
        ------
        BadInput
            where the counts rise.
        """
        left = np.asarray(counts, dtype=np.int64)
        if len(left) < 2 or (np.diff(left) > 0).any() or left.min(initial=0) < 0:
            raise BadInput(f"Survivors must be two or more falling counts; {list(counts)}.")
        kept = np.zeros_like(left)
        kept[-1] = left[-1]
        return cls(np.append(0, -np.diff(left)), kept)

    @property
    def total(self) -> int:
        """The number of contracts."""
        return int(self.ended.sum() + self.kept.sum())


@dataclass(frozen=True)
class SurvivalCurve:
    """The share of contracts that last beyond each age, as the counts draw it.

    Attributes
    ----------
    age
        1, 2, .. to the last age at which somebody was still watched.
    at_risk, ended
        Contracts that came to that date, and that ended there.
    retention
        Share renewed at that date, 0-1.
    survival
        Kaplan-Meier, 0-1.
    error
        Greenwood's standard error of it.
    low, high
        The interval, 0-1; from Greenwood's variance on the scale of ln(-ln S), so that it
        never leaves 0-1. Both equal `survival` where that is 0 or 1.
    """

    age: Ints
    at_risk: Ints
    ended: Ints
    retention: Floats
    survival: Floats
    error: Floats
    low: Floats
    high: Floats


def survival_curve(lifetimes: Lifetimes, *, level: float = 0.95) -> SurvivalCurve:
    """Draw the Kaplan-Meier curve with Greenwood's interval.

    Parameters
    ----------
    lifetimes
        Contracts by age, those still running among them.
    level
        Of the interval, 0-1.

    Returns
    -------
    SurvivalCurve

    References
    ----------
    Kaplan & Meier (1958), Journal of the American Statistical Association 53; Greenwood
    (1926); Kalbfleisch & Prentice (1980) for the scale of the interval.

    Examples
    --------
    >>> curve = survival_curve(Lifetimes.of([1, 2, 2, 3], [True, True, False, False]))
    >>> curve.survival.tolist()
    [0.75, 0.5, 0.5]
    """
    seen = lifetimes.ended + lifetimes.kept
    at_risk = seen[::-1].cumsum()[::-1][1:]
    ended, watched = lifetimes.ended[1:], at_risk > 0
    at_risk, ended = at_risk[watched], ended[watched]
    retention = 1.0 - ended / at_risk
    survival = np.cumprod(retention)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.cumsum(ended / (at_risk * (at_risk - ended).astype(np.float64)))
        reach = float(ndtri((1 + level) / 2)) * np.sqrt(spread) / np.log(survival)
        # ln S is negative, so that the larger power is the lower end.
        ends = np.sort([survival ** np.exp(reach), survival ** np.exp(-reach)], axis=0)
        error = survival * np.sqrt(spread)
    inner = (survival > 0) & (survival < 1)
    return SurvivalCurve(
        age=np.arange(1, len(at_risk) + 1),
        at_risk=at_risk,
        ended=ended,
        retention=retention,
        survival=survival,
        error=np.where(inner, error, 0.0),
        low=np.where(inner, ends[0], survival),
        high=np.where(inner, ends[1], survival),
    )
