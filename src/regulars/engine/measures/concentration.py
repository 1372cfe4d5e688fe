"""How much of the value how few customers hold: ABC, the true Pareto curve, Gini."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

A_SHARE, B_SHARE = 0.80, 0.95
POINTS = 100
HALVED_FROM = 1_000_000  # below it, a thread of its own costs more than it gives


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
    ranked = _rank(values)
    return _pareto(ranked), _abc_cuts(ranked)


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
    return _pareto(_rank(values))


def _pareto(ranked: _Ranked) -> Pareto:
    best_first, running = ranked.best_first, ranked.running
    n, total = len(best_first), float(best_first.sum())
    if n == 0 or total <= 0:
        return Pareto(((0.0, 0.0), (1.0, 1.0)), 0.0, 0.0, n, total)
    at = np.unique(np.ceil(np.linspace(1, POINTS, POINTS) / POINTS * n).astype(int))
    points = [(float(k / n), float(running[k - 1] / total)) for k in at]
    top20 = float(running[ceil(0.2 * n) - 1] / total)
    return Pareto(((0.0, 0.0), *points), top20, _gini(ranked), n, total)


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
    return _gini(_rank(values))


def _gini(ranked: _Ranked) -> float:
    paying = ranked.paying
    n, total = len(ranked.best_first), float(paying.sum())
    if total <= 0:
        return 0.0
    # Twice the rank less n + 1, the best customer's rank being n.
    weight = np.arange(n - 1.0, n - 1.0 - 2.0 * len(paying), -2.0)
    return float((weight * paying).sum() / (n * total))


def abc_cuts(values: object) -> AbcCuts:
    """Find the values from which a customer is A or B.

    A customer is A while the share of value before him is under 80 %, so that the one who
    crosses the line is still A; B under 95 %. Equal values are never torn apart: the class
    of the first of them is the class of all.
    """
    return _abc_cuts(_rank(values))


def _abc_cuts(ranked: _Ranked) -> AbcCuts:
    paying = ranked.paying
    total = float(paying.sum())
    if total <= 0:
        return AbcCuts(float("inf"), float("inf"))
    # A share of exactly .8 arrives as .7999999 from a sum of doubles.
    lines = (np.array([A_SHARE, B_SHARE]) - 1e-12) * total
    crossing = np.searchsorted(ranked.running[: len(paying)], lines)
    a, b = paying[crossing]
    return AbcCuts(float(a), float(b))


@dataclass(frozen=True)
class _Ranked:
    """Values, best first, and the sums of the best one, two, three ..."""

    best_first: Floats
    running: Floats

    @property
    def paying(self) -> Floats:
        """Values above zero: all that inequality and classes look at."""
        lowest = self.best_first[::-1]
        return self.best_first[: len(lowest) - np.searchsorted(lowest, 0.0, side="right")]


def _rank(values: object) -> _Ranked:
    best_first = _sort(np.asarray(values, dtype=np.float64))[::-1]
    return _Ranked(best_first, np.cumsum(best_first))


def _sort(values: Floats) -> Floats:
    if len(values) < HALVED_FROM:
        return np.sort(values)
    middle = len(values) // 2
    parted = np.partition(values, middle)
    with ThreadPoolExecutor(2) as pool:  # NumPy sorts without holding Python's lock
        list(pool.map(np.ndarray.sort, (parted[:middle], parted[middle:])))
    return parted
