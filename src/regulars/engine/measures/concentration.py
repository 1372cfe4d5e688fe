"""How much of the value how few customers hold: ABC, the true Pareto curve, Gini."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

A_SHARE, B_SHARE = 0.80, 0.95
POINTS = 100


@dataclass(frozen=True)
class Pareto:
    """The measured curve; 80/20 is a hypothesis, this is what the base shows.

    Attributes
    ----------
    points
        About 100 pairs (share of customers, share of value), best customers first, from
        (0, 0) to (1, 1).
    top20_share
        Share of the value of the best 20 % of customers (rounded up to a whole customer);
        0 where there is no value.
    gini
        0: all equal; near 1: one holds all. Values below zero count as zero here.
    customers, total
        How many customers and how much value the curve is about, zero values included.
    """

    points: tuple[tuple[float, float], ...]
    top20_share: float
    gini: float
    customers: int
    total: float

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "points": [list(point) for point in self.points],
            "top20_share": self.top20_share,
            "gini": self.gini,
            "customers": self.customers,
            "total": self.total,
        }


@dataclass(frozen=True)
class AbcCuts:
    """Who is A and who is B, as two values: from `a` on A, from `b` on B, the rest C."""

    a: float
    b: float


def concentration(values: object) -> tuple[Pareto, AbcCuts]:
    """Draw the curve of one value per customer and find its classes: one sort for both."""
    rising = np.sort(np.asarray(values, dtype=np.float64))
    return _pareto(rising), _abc_cuts(np.maximum(rising, 0.0))


def pareto(values: object) -> Pareto:
    """Draw the curve of one value per customer.

    Parameters
    ----------
    values
        Numbers, one per customer, in any order; below 0 is allowed (refunds).

    Returns
    -------
    Pareto

    Examples
    --------
    >>> curve = pareto([80.0, 10.0, 5.0, 5.0, 0.0])
    >>> curve.top20_share, curve.points[1], round(curve.gini, 2)
    (0.8, (0.2, 0.8), 0.66)
    """
    return _pareto(np.sort(np.asarray(values, dtype=np.float64)))


def _pareto(rising: Floats) -> Pareto:
    best_first = rising[::-1]
    n, total = len(rising), float(best_first.sum())
    if n == 0 or total <= 0:
        return Pareto(((0.0, 0.0), (1.0, 1.0)), 0.0, 0.0, n, total)
    running = np.cumsum(best_first) / total
    at = np.unique(np.ceil(np.linspace(1, POINTS, POINTS) / POINTS * n).astype(int))
    points = [(0.0, 0.0)] + [(float(k / n), float(running[k - 1])) for k in at]
    inequality = _gini(np.maximum(rising, 0.0))
    return Pareto(tuple(points), float(running[ceil(0.2 * n) - 1]), inequality, n, total)


def gini(values: object) -> float:
    """Measure inequality, 0 to 1; values below zero count as zero.

    Parameters
    ----------
    values
        Numbers, one per customer, in any order.

    Returns
    -------
    float, 0 (all equal, or nothing there) to below 1 (one holds all).

    Examples
    --------
    >>> gini([1.0, 1.0, 1.0, 1.0]), gini([0.0, 0.0, 0.0, 8.0])
    (0.0, 0.75)
    """
    return _gini(np.sort(np.maximum(np.asarray(values, dtype=np.float64), 0.0)))


def _gini(rising: Floats) -> float:
    n, total = len(rising), float(rising.sum())
    if n == 0 or total <= 0:
        return 0.0
    rank = np.arange(1, n + 1)
    return float((2 * rank - n - 1) @ rising / (n * total))


def abc_cuts(values: object) -> AbcCuts:
    """Find the values from which a customer is A or B.

    A customer is A while the share of value before him is under 80 %, so that the one who
    crosses the line is still A; B under 95 %. Equal values are never torn apart: the class
    of the first of them is the class of all.
    """
    return _abc_cuts(np.sort(np.maximum(np.asarray(values, dtype=np.float64), 0.0)))


def _abc_cuts(rising: Floats) -> AbcCuts:
    best_first = rising[::-1]
    total = float(best_first.sum())
    if total <= 0:
        return AbcCuts(float("inf"), float("inf"))
    before = (np.cumsum(best_first) - best_first) / total
    # A share of exactly .8 arrives as .7999999 from a sum of doubles.
    a = best_first[np.flatnonzero(before < A_SHARE - 1e-12)[-1]]
    b = best_first[np.flatnonzero(before < B_SHARE - 1e-12)[-1]]
    return AbcCuts(float(a), float(b))
