"""What a customer who is alive will still do, by number of repeats x and age T.

Whether he is alive depends on when he last came and is closed form; all the rest of a
forecast depends on (x, T) only, and a base of millions has but some ten thousand such
pairs. They are computed here once and joined.

Given alive, lambda ~ Gamma(s, beta) with s = r + x, beta = alpha + T, and the chance to stop
p ~ Beta(a, b + m). Given p as well, with c = t / beta:

    E[Y(t)]      = (1 - (1 + c p)^-s) / p
    E[Y (Y - 1)] = 2 (1 - p) / p^2 * (1 - (1 + c p)^-s - s c p (1 + c p)^-(s+1))
    P(Y = 0)     = (1 + c)^-s

The mean over p is a Gauss-Jacobi sum, which never subtracts large numbers as the published
hypergeometric form does near a = 1. In log(alpha + T) all of it is smooth, so it is computed
at a few Chebyshev points for each x and interpolated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.special import digamma, polygamma

from regulars.engine.models.dropout import DropoutModel
from regulars.engine.models.fitted import Fitted
from regulars.engine.models.histories import DAYS_PER_WEEK, Ints
from regulars.engine.models.newton import Floats
from regulars.engine.models.pareto import ParetoModel
from regulars.engine.models.regularity import bought, fewer_steps

PurchaseModel: TypeAlias = DropoutModel | ParetoModel

NODES_P = 48
NODES_AGE = 20  # twice as many for even gaps, whose forecasts rise in steps
MONTH = 365.0 / 12 / DAYS_PER_WEEK


@dataclass(frozen=True)
class Outlook:
    """Of customers who are alive, one entry per pair (x, T), for one horizon.

    Attributes
    ----------
    expected
        Purchase days.
    discounted
        The same, each month's purchases discounted from the month's end.
    variance
        Of the number of purchase days.
    none
        Probability of not a single one.
    """

    expected: Floats
    discounted: Floats
    variance: Floats
    none: Floats


def expected_purchases(
    model: PurchaseModel,
    fitted: Fitted,
    repeats: object,
    last: object,
    age: object,
    *,
    weeks: float,
) -> Floats:
    """Expect the purchase days of the next `weeks`.

    Parameters
    ----------
    model, fitted
        Any model of purchases, and its fit.
    repeats, last, age
        x, t_x, T: one row per customer, times in days.
    weeks
        How far to look, > 0.

    Returns
    -------
    float64, >= 0, one entry per customer.

    Examples
    --------
    >>> from regulars.engine.models import BG_NBD
    >>> published = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
    >>> cdnow = Fitted("bg_nbd", published, {}, -9582.4, "week", 2357, True, ())
    >>> expected_purchases(BG_NBD, cdnow, [2], [213], [272], weeks=39).round(3).tolist()
    [1.226]
    """
    x, T = np.asarray(repeats, dtype=np.int64), np.asarray(age, dtype=np.int64)
    t_x = np.asarray(last, dtype=np.float64)
    times, one = np.array([weeks]), np.ones(1)

    def ahead(pair_x: Ints, pair_age: Ints, step: int) -> list[Floats]:
        if isinstance(model, ParetoModel):
            return [model.expected_alive(fitted, pair_x, pair_age, times)[:, -1]]
        return [_outlook(model, fitted, pair_x, pair_age, times, one, step).expected]

    (given,) = _by_pairs(model, fitted, x, t_x, T, ahead)
    return np.asarray(model.p_alive(fitted, x, t_x, T) * given)


def outlook(
    model: PurchaseModel,
    fitted: Fitted,
    repeats: object,
    age: object,
    *,
    months: float,
    discount_rate: float,
    step: int = 0,
) -> Outlook:
    """Look ahead for customers who are alive, by pairs of repeats and age.

    Parameters
    ----------
    model, fitted
        Any model of purchases, and its fit.
    repeats, age
        x and T (days), one entry per pair.
    months, discount_rate
        How far to look, > 0; yearly, each month discounted from its end.
    step
        Matters for models with k > 1 only: it answers for customers who have made so many of
        the k steps to their next purchase. `model.steps_made` says how likely each is; see
        `customer_outlook`.

    Returns
    -------
    Outlook
        to be multiplied by `model.p_alive`, for it holds for who is still there.

    Examples
    --------
    >>> from regulars.engine.models import MBG_NBD
    >>> found = {"r": 0.5248, "alpha": 6.1831, "a": 0.8914, "b": 1.6140}
    >>> cdnow = Fitted("mbg_nbd", found, {}, -9582.1, "week", 2357, True, ())
    >>> year = outlook(MBG_NBD, cdnow, [0, 2], [272, 272], months=12, discount_rate=0.1)
    >>> year.expected.round(2).tolist(), year.none.round(2).tolist()
    ([0.51, 2.27], [0.67, 0.14])
    """
    steps = np.append(np.arange(1, int(np.ceil(months))), months)
    discounts = (1.0 + discount_rate) ** (-steps / 12.0)
    x, T = np.asarray(repeats, dtype=np.int64), np.asarray(age, dtype=np.int64)
    if isinstance(model, ParetoModel):
        return Outlook(*model.given_alive(fitted, x, T, steps * MONTH, discounts))
    return _outlook(model, fitted, x, T, steps * MONTH, discounts, step)


def customer_outlook(
    model: PurchaseModel,
    fitted: Fitted,
    repeats: object,
    last: object,
    age: object,
    *,
    months: float,
    discount_rate: float,
) -> Outlook:
    """Look ahead for customers who are alive, one entry per customer, with any model.

    For k > 1 the outlook depends on the silence too: it is the mean over the steps made, by
    their chances.

    Parameters
    ----------
    model, fitted
        Any model of purchases, and its fit.
    repeats, last, age
        x, t_x, T: one row per customer, times in days.
    months, discount_rate
        As in `outlook`.

    Returns
    -------
    Outlook
        one entry per customer, to be multiplied by `model.p_alive`.

    Examples
    --------
    >>> from regulars.engine.models import cnbd
    >>> found = {"r": 1.329, "alpha": 2.813, "a": 0.425, "b": 0.790}
    >>> grocery = Fitted("mbg_cnbd_2", found, {}, -14978.2, "week", 1525, True, ())
    >>> year = customer_outlook(
    ...     cnbd(2), grocery, [5, 5], [300, 330], [330, 330], months=1, discount_rate=0.1
    ... )
    >>> bool(year.expected[0] > year.expected[1])  # his next purchase is nearer
    True
    """
    x, T = np.asarray(repeats, dtype=np.int64), np.asarray(age, dtype=np.int64)
    t_x = np.asarray(last, dtype=np.float64)

    def ahead(pair_x: Ints, pair_age: Ints, step: int) -> list[Floats]:
        given = {"months": months, "discount_rate": discount_rate}
        found = outlook(model, fitted, pair_x, pair_age, **given, step=step)
        # Of a mixture the mean squares mix, not the variances.
        square = found.variance + found.expected**2
        return [found.expected, found.discounted, square, found.none]

    expected, discounted, square, none = _by_pairs(model, fitted, x, t_x, T, ahead)
    return Outlook(expected, discounted, np.maximum(square - expected**2, 0.0), none)


def _by_pairs(
    model: PurchaseModel,
    fitted: Fitted,
    x: Ints,
    last: Floats,
    age: Ints,
    ahead: Callable[[Ints, Ints, int], list[Floats]],
) -> list[Floats]:
    """Ask `ahead` for distinct (x, T) and each step; mix the answers for each customer."""
    packed = x * (int(age.max(initial=0)) + 1) + age
    _, first, at = np.unique(packed, return_index=True, return_inverse=True)
    pairs = x[first], age[first]
    if isinstance(model, ParetoModel) or model.shape == 1:
        return [each[at] for each in ahead(*pairs, 0)]
    chances = model.steps_made(fitted, x, last, age)
    by_step = [ahead(*pairs, step) for step in range(model.shape)]
    return [
        np.asarray(sum(chance * each[at] for chance, each in zip(chances, parts, strict=True)))
        for parts in zip(*by_step, strict=True)
    ]


def log_spend_terms(spend: Fitted, repeats: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Give mean and variance of the log of `count` purchases' sum, over (v + past spend).

    The sum of n purchases is Gamma(p n, nu), nu ~ Gamma(p x + q, v + past spend), so the
    logarithm of the sum has closed moments; v + past spend only shifts it.
    """
    p, q = spend.parameters["p"], spend.parameters["q"]
    mean = digamma(p * count) - digamma(p * repeats + q)
    return mean, polygamma(1, p * count) + polygamma(1, p * repeats + q)


def _outlook(
    model: DropoutModel,
    fitted: Fitted,
    repeats: np.ndarray,
    age: np.ndarray,
    times: Floats,
    discounts: Floats,
    step: int = 0,
) -> Outlook:
    r, alpha = fitted.parameters["r"], fitted.parameters["alpha"]
    place = np.log(alpha + age / DAYS_PER_WEEK)
    answer = np.empty((3, len(repeats)))
    order = np.argsort(repeats, kind="stable")
    values, starts = np.unique(repeats[order], return_index=True)
    for x, rows in zip(values, np.split(order, starts[1:]), strict=True):
        points = _chebyshev_points(place[rows], NODES_AGE * min(model.shape, 2))
        exact = _given_alive(model, fitted, float(x), np.exp(points), times, discounts, step)
        answer[:, rows] = _interpolate(points, exact, place[rows])
    expected, discounted, factorial = answer
    c, shape = times[-1] / np.exp(place), model.shape
    none = fewer_steps(r + shape * repeats + step, c, shape - step)
    variance = np.maximum(factorial + expected - expected**2, 0.0)
    return Outlook(expected, discounted, variance, none)


def _given_alive(
    model: DropoutModel,
    fitted: Fitted,
    x: float,
    beta: Floats,
    times: Floats,
    discounts: Floats,
    step: int = 0,
) -> Floats:
    """Compute E[Y], its discounted twin and E[Y(Y-1)] at each beta = alpha + T."""
    a, b = fitted.parameters["a"], fitted.parameters["b"]
    s = fitted.parameters["r"] + model.shape * x
    p, weights = _beta_nodes(a, b + x + model.chances_before_repeat)
    if model.shape > 1:
        c = times[None, :] / beta[:, None]
        y, twice = bought(s, c, p, step=step, k=model.shape)
        by_time = y @ weights
        monthly = np.diff(by_time, axis=1, prepend=0.0)
        return np.stack([by_time[:, -1], monthly @ discounts, twice[:, -1] @ weights])
    c = times[None, :, None] / beta[:, None, None]
    visits = -np.expm1(-s * np.log1p(c * p)) / p  # beta x times x p
    by_time = visits @ weights
    monthly = np.diff(by_time, axis=1, prepend=0.0)
    return np.stack(
        [by_time[:, -1], monthly @ discounts, _factorial(p, weights, s, times[-1] / beta)]
    )


def _factorial(p: Floats, weights: Floats, s: float, c: Floats) -> Floats:
    cp = c[:, None] * p
    exact = -np.expm1(-s * np.log1p(cp)) - s * cp * np.exp(-(s + 1) * np.log1p(cp))
    # For small c p the two terms cancel; there the series' first terms are exact enough.
    small = s * (s + 1) * cp**2 * (0.5 - (s + 2) * cp / 3.0)
    bracket = np.where((s + 2) * cp < 1e-4, small, exact)
    return np.asarray((2.0 * (1.0 - p) / p**2 * bracket) @ weights)


def _beta_nodes(a: float, b: float) -> tuple[Floats, Floats]:
    """Give points and weights that average a function over Beta(a, b)."""
    # Beta(a, b) is Jacobi's weight (1-z)^(b-1) (1+z)^(a-1) at p = (1+z)/2. The recurrence
    # is solved here because SciPy's own total weight overflows from b = 1,000 on.
    n = np.arange(1, NODES_P, dtype=np.float64)
    u, v, both = b - 1.0, a - 1.0, a + b - 2.0
    middle = np.empty(NODES_P)
    middle[0] = (v - u) / (both + 2.0)
    middle[1:] = (v - u) * both / ((2 * n + both) * (2 * n + both + 2))
    top = 4 * n * (n + u) * (n + v) * np.where(n == 1, 1.0, n + both)
    under = (2 * n + both) ** 2 * (2 * n + both + 1) * np.where(n == 1, 1.0, 2 * n + both - 1)
    z, vectors = eigh_tridiagonal(middle, np.sqrt(top / under))
    return np.clip((1.0 + z) / 2.0, 1e-15, 1.0), vectors[0] ** 2


def _chebyshev_points(place: Floats, nodes: int) -> Floats:
    low, high = float(place.min()), float(place.max())
    if high - low < 1e-12:
        return np.array([low])
    angle = (2 * np.arange(nodes) + 1) * np.pi / (2 * nodes)
    return (low + high) / 2 + (high - low) / 2 * np.cos(angle)


def _interpolate(points: Floats, values: Floats, place: Floats) -> Floats:
    if len(points) == 1:
        return np.repeat(values, len(place), axis=1)
    middle, half = _middle_and_half(place)
    fit = np.polynomial.chebyshev.chebfit((points - middle) / half, values.T, len(points) - 1)
    return np.asarray(np.polynomial.chebyshev.chebval((place - middle) / half, fit))


def _middle_and_half(place: Floats) -> tuple[float, float]:
    low, high = float(place.min()), float(place.max())
    return (low + high) / 2, (high - low) / 2
