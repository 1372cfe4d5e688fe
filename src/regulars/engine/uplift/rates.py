"""Differences of rates: who bought, came, renewed.

The default inverts the score test (Miettinen & Nurminen 1985). Exact computation over all
outcomes at 9,000 treated and 1,000 held out, true rate 5 % in both: Wald's 95 % interval
misses in 5.3 % of cases, and in 3.6 % (instead of 2.5 %) it says "worked"; score misses in
5.0 % and says so in 2.2 %. At 1,800 and 200 Wald says it in 5.6 %, at 900 and 100 with a rate
of 1 % in 36 %, because a small holdout without buyers looks certain. Newcombe is as good as
score; score agrees with its p-value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from regulars.base.errors import BadInput
from regulars.engine.intervals import wilson
from regulars.engine.uplift.effect import Effect, less_one
from regulars.engine.uplift.quantiles import critical, two_sided

Method = Literal["score", "newcombe", "wald"]
Counts = tuple[int, int]
Bounds = tuple[float, float]
# Halvings of a bracket of length 2: the bounds are good to 1e-15.
HALVINGS = 52


def difference_of_rates(
    *,
    treated: Counts,
    control: Counts,
    metric: str = "rate",
    method: Method = "score",
    level: float = 0.95,
) -> Effect:
    """Compare two shares of customers by assignment.

    Parameters
    ----------
    treated, control
        (customers with the outcome, customers assigned), such as (540, 9000).
    method
        `score` (Miettinen & Nurminen), `newcombe` (Wilson-based, Newcombe 1998, method 10) or
        `wald`, which every spreadsheet computes and which is too sure with small holdouts.
    level
        Of the intervals.

    Returns
    -------
    Effect
        Rates 0-1. The relative lift has the score interval too (with `wald` that of its
        logarithm).

    Raises
    ------
    BadInput
        where counts are negative or more than the customers.

    References
    ----------
    Miettinen, O., Nurminen, M. (1985). Comparative analysis of two rates. Statistics in
    Medicine 4. Newcombe, R. G. (1998). Interval estimation for the difference between
    independent proportions. Statistics in Medicine 17.

    Examples
    --------
    >>> wald = difference_of_rates(treated=(540, 9000), control=(45, 1000), method="wald")
    >>> [round(100 * each, 2) for each in (wald.difference, wald.low, wald.high)]
    [1.5, 0.12, 2.88]
    >>> score = difference_of_rates(treated=(540, 9000), control=(45, 1000))
    >>> [round(100 * each, 2) for each in (score.difference, score.low, score.high)]
    [1.5, -0.04, 2.74]
    """
    for name, counts in (("treated", treated), ("control", control)):
        _require_counts(name, counts)
    (k1, n1), (k0, n0) = treated, control
    p1, p0 = k1 / n1, k0 / n0
    z = critical(level)
    error = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    low, high = _bounds(treated, control, method, z, error)
    relative = _relative(treated, control, method, z) if k0 > 0 else (None, None)
    return Effect(
        metric=metric,
        method=method,
        treated_n=n1,
        control_n=n0,
        treated=p1,
        control=p0,
        difference=p1 - p0,
        low=low,
        high=high,
        standard_error=error,
        p_value=two_sided(_z_of_none(treated, control, method, error)),
        relative=p1 / p0 - 1.0 if k0 > 0 else None,
        relative_low=less_one(relative[0]),
        relative_high=less_one(relative[1]),
        level=level,
    )


def _bounds(one: Counts, two: Counts, method: Method, z: float, error: float) -> Bounds:
    difference = one[0] / one[1] - two[0] / two[1]
    if method == "wald":
        return difference - z * error, difference + z * error
    if method == "newcombe":
        return _newcombe(one, two, z)
    low = _cross(lambda at: score_of_difference(one, two, at) - z, -1.0, difference)
    high = _cross(lambda at: score_of_difference(one, two, at) + z, difference, 1.0)
    return low, high


def _newcombe(one: Counts, two: Counts, z: float) -> Bounds:
    p1, p0 = one[0] / one[1], two[0] / two[1]
    low1, high1 = wilson(*one, z=z)
    low0, high0 = wilson(*two, z=z)
    difference = p1 - p0
    return (
        difference - math.hypot(p1 - low1, high0 - p0),
        difference + math.hypot(high1 - p1, p0 - low0),
    )


def _relative(one: Counts, two: Counts, method: Method, z: float) -> tuple[float | None, ...]:
    (k1, n1), (k0, n0) = one, two
    if method != "wald":
        return _score_ratio(one, two, z)
    if k1 == 0:
        return None, None
    error = math.sqrt(1 / k1 - 1 / n1 + 1 / k0 - 1 / n0)
    ratio = (k1 / n1) / (k0 / n0)
    return ratio * math.exp(-z * error), ratio * math.exp(z * error)


def _score_ratio(one: Counts, two: Counts, z: float) -> Bounds:
    ratio = math.log(max(one[0], 0.5) / one[1]) - math.log(two[0] / two[1])
    wide = 40.0
    low = _cross(lambda at: score_of_ratio(one, two, math.exp(at)) - z, ratio - wide, ratio)
    high = _cross(lambda at: score_of_ratio(one, two, math.exp(at)) + z, ratio, ratio + wide)
    return (math.exp(low) if one[0] > 0 else 0.0), math.exp(high)


def _z_of_none(one: Counts, two: Counts, method: Method, error: float) -> float:
    if method == "wald":
        difference = one[0] / one[1] - two[0] / two[1]
        return difference / error if error > 0 else 0.0
    return score_of_difference(one, two, 0.0)


def score_of_difference(one: Counts, two: Counts, at: float) -> float:
    """Give the score statistic of the hypothesis that the rates differ by `at`.

    The variance is taken at the rates that fit best among those that differ so, which solve
    a cubic (Miettinen & Nurminen 1985, appendix I).

    Examples
    --------
    >>> round(score_of_difference((540, 9000), (45, 1000), 0.0), 4)
    1.9174
    """
    (k1, n1), (k0, n0) = one, two
    everybody, bought = n1 + n0, k1 + k0
    a = (n1 + 2 * n0) * at - everybody - bought
    b = (n0 * at - everybody - 2 * k0) * at + bought
    c = k0 * at * (1 - at)
    p0 = _root(everybody, a, b, c)
    p0 = min(max(p0, max(0.0, -at)), min(1.0, 1.0 - at))
    p1 = p0 + at
    spread = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    return _over(k1 / n1 - k0 / n0 - at, spread * everybody / (everybody - 1))


def score_of_ratio(one: Counts, two: Counts, at: float) -> float:
    """Give the score statistic of the hypothesis that the first rate is `at` times the other.

    Examples
    --------
    >>> round(score_of_ratio((540, 9000), (45, 1000), 1.0), 4)
    1.9174
    """
    (k1, n1), (k0, n0) = one, two
    everybody = n1 + n0
    a, b, c = everybody * at, n1 * at + k1 + n0 + k0 * at, k1 + k0
    # The smaller root of a quadratic, in the form that does not cancel.
    p0 = 2 * c / (b + math.sqrt(max(b * b - 4 * a * c, 0.0)))
    p1 = min(p0 * at, 1.0)
    spread = p1 * (1 - p1) / n1 + at * at * p0 * (1 - p0) / n0
    return _over(k1 / n1 - at * k0 / n0, spread * everybody / (everybody - 1))


def _root(a3: float, a2: float, a1: float, a0: float) -> float:
    """Solve the cubic for its root between 0 and 1."""
    third = a2 / (3 * a3)
    q = third**3 - a1 * a2 / (6 * a3**2) + a0 / (2 * a3)
    p = math.copysign(math.sqrt(max(third**2 - a1 / (3 * a3), 0.0)), q)
    if p == 0.0:
        return -third
    turn = (math.pi + math.acos(min(max(q / p**3, -1.0), 1.0))) / 3
    return 2 * p * math.cos(turn) - third


def _over(off: float, variance: float) -> float:
    if variance > 0:
        return off / math.sqrt(variance)
    return 0.0 if off == 0 else math.copysign(math.inf, off)


def _cross(falling: Callable[[float], float], low: float, high: float) -> float:
    """Find where a falling function crosses 0, at the border where it does not."""
    if falling(low) <= 0:
        return low
    if falling(high) >= 0:
        return high
    for _ in range(HALVINGS + 8):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def _require_counts(name: str, counts: Counts) -> None:
    if counts[1] < 1 or not 0 <= counts[0] <= counts[1]:
        raise BadInput(
            f"{counts[0]} of {counts[1]} {name} customers is no share; give the number with "
            "the outcome and the number assigned."
        )
