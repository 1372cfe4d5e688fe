"""Pareto/NBD: customers buy at their own rate until, at a moment of their own, they are gone.

Purchases are Poisson with lambda ~ Gamma(r, alpha), the lifetime is exponential with mu ~
Gamma(s, beta) (Schmittlein, Morrison & Colombo 1987). A customer may leave at any moment, not
only after a purchase, so that silence counts against everybody. With n = r + x,

    L = Gamma(n) / Gamma(r) * alpha^r * beta^s * ((alpha+T)^-n (beta+T)^-s + I)
    I = s * integral from t_x to T of (alpha+u)^-n (beta+u)^-(s+1) du      (see `quadrature`)
    P(alive) = 1 / (1 + I (alpha+T)^n (beta+T)^s)

P(alive) has no closed form, so that no SQL scores it: a base is scored over its distinct
(x, t_x, T) in NumPy and the answers are joined. Given alive, everything depends on (x, T)
only, as for the other models.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import digamma, expit, gammaln, polygamma

from regulars.engine.models.dropout import require_enough
from regulars.engine.models.fitted import Fitted
from regulars.engine.models.histories import DAYS_PER_WEEK, Histories
from regulars.engine.models.newton import Floats, Summit, climb, conclude, dot
from regulars.engine.models.quadrature import chunks, log_late, nodes

NAMES = ("r", "alpha", "s", "beta")
START = np.array([0.5, 10.0, 0.5, 10.0])
LOWEST = np.full(4, 1e-4)
HIGHEST = np.array([1e4, 1e6, 1e4, 1e6])
# Of the customers known longest fewer have left than this: the data show nobody leaving, and
# only the ratio s / beta counts.
FEWEST_GONE = 5e-3


@dataclass(frozen=True)
class ParetoModel:
    """Pareto/NBD, with the same questions as `DropoutModel`.

    Attributes
    ----------
    name
        `pareto_nbd`.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Management Science 33(1); Fader & Hardie (2005),
    "A Note on Deriving the Pareto/NBD Model".

    Examples
    --------
    >>> x, last, age = [0, 1, 3, 8] * 20, [0, 40, 80, 85] * 20, [90] * 80
    >>> fitted = PARETO_NBD.fit(Histories.of(x, last, age))
    >>> sorted(fitted.parameters)
    ['alpha', 'beta', 'r', 's']
    >>> alive = PARETO_NBD.p_alive(fitted, [3, 3], [80, 20], [90, 90])
    >>> bool(alive[0] > alive[1])
    True
    """

    name: str = "pareto_nbd"

    def fit(self, histories: Histories) -> Fitted:
        """Find the parameters under which these histories are likeliest; time in weeks.

        Raises
        ------
        NoFit
            with fewer than 20 customers, or where nobody ever bought twice.
        """
        require_enough(histories)
        summit = climb(
            partial(_likelihood, _Rows.of(histories)),
            start=START,
            lowest=LOWEST,
            highest=HIGHEST,
        )
        return conclude(
            summit,
            model=self.name,
            names=NAMES,
            customers=histories.total,
            unit="week",
            edges=_edges(summit, float(histories.age.max()) / DAYS_PER_WEEK),
        )

    def log_likelihood(
        self,
        fitted: Fitted,
        repeats: object,
        last: object,
        age: object,
        log_gaps: object = None,
    ) -> Floats:
        """Give the log-likelihood of each customer's history, one per row; times in days.

        `log_gaps` is not looked at: Poisson purchases do not depend on it.
        """
        r, alpha, s, beta = (fitted.parameters[name] for name in NAMES)
        n = r + np.asarray(repeats, dtype=np.float64)
        alive, left = _two_ways(fitted, repeats, last, age)
        height = gammaln(n) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        return np.asarray(height + np.logaddexp(alive, left))

    def p_alive(self, fitted: Fitted, repeats: object, last: object, age: object) -> Floats:
        """Give the probability that a customer has not left, 0-1; times in days."""
        alive, left = _two_ways(fitted, repeats, last, age)
        return np.asarray(expit(alive - left))

    def expected_alive(
        self, fitted: Fitted, repeats: object, age: object, times: Floats
    ) -> Floats:
        """Expect the purchases up to each of `times` (weeks) of customers who are alive.

        Returns
        -------
        Pairs of x and T (days) in rows, times in columns.
        """
        r, alpha, s, beta = (fitted.parameters[name] for name in NAMES)
        n = r + np.asarray(repeats, dtype=np.float64)
        T = np.asarray(age, dtype=np.float64) / DAYS_PER_WEEK
        b = beta + T
        gain = _gain(s - 1.0, np.log1p(times / b[:, None]))
        return np.asarray((n * b / (alpha + T))[:, None] * gain)

    def given_alive(
        self, fitted: Fitted, repeats: object, age: object, times: Floats, discounts: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Look ahead to `times` (weeks) for customers who are alive, by x and T (days).

        Returns
        -------
        Expected purchases, the same discounted step by step, their variance, and the
        probability of none; up to the last of `times`.
        """
        r, alpha, s, beta = (fitted.parameters[name] for name in NAMES)
        n = r + np.asarray(repeats, dtype=np.float64)
        T = np.asarray(age, dtype=np.float64) / DAYS_PER_WEEK
        a, b, end = alpha + T, beta + T, float(times[-1])
        by_time, stay = self.expected_alive(fitted, repeats, age, times), np.log1p(end / b)
        expected = by_time[:, -1]
        monthly = np.diff(by_time, axis=1, prepend=0.0)
        discounted = np.einsum("ij,j->i", monthly, discounts)
        square = 2.0 * b**2 * (_gain(s - 2.0, stay) - _gain(s - 1.0, stay))
        factorial = n * (n + 1.0) / a**2 * np.maximum(square, 0.0)
        quiet = -n * np.log1p(end / a) - s * stay
        zero = np.zeros_like(n)
        late = log_late(n, s, a, b, zero, zero + end) + n * np.log(a) + s * np.log(b)
        none = np.minimum(np.exp(quiet) + np.exp(late), 1.0)
        variance = np.maximum(factorial + expected - expected**2, 0.0)
        return expected, discounted, variance, none


PARETO_NBD = ParetoModel()


def _edges(summit: Summit, longest: float) -> tuple[str, ...]:
    found = {name for name, edge in zip(NAMES, summit.at_boundary, strict=True) if edge}
    s, beta = summit.parameters[2:]
    if -np.expm1(-s * np.log1p(longest / beta)) < FEWEST_GONE:
        found |= {"s", "beta"}
    return tuple(name for name in NAMES if name in found)


def _gain(power: float, log: Floats) -> Floats:
    """(1 - e^(-power log)) / power, also at power 0."""
    return log if abs(power) < 1e-12 else np.asarray(-np.expm1(-power * log) / power)


def _two_ways(
    fitted: Fitted, repeats: object, last: object, age: object
) -> tuple[Floats, Floats]:
    """Logarithms of the two chances: still alive at T, and left between t_x and T."""
    r, alpha, s, beta = (fitted.parameters[name] for name in NAMES)
    x, t_x, T = np.broadcast_arrays(
        np.atleast_1d(np.asarray(repeats, dtype=np.float64)),
        np.asarray(last, dtype=np.float64) / DAYS_PER_WEEK,
        np.asarray(age, dtype=np.float64) / DAYS_PER_WEEK,
    )
    n = r + x
    alive = -n * np.log(alpha + T) - s * np.log(beta + T)
    return alive, log_late(n, s, np.full_like(n, alpha), np.full_like(n, beta), t_x, T)


@dataclass(frozen=True)
class _Rows:
    """Histories as floats, times in weeks, and the histogram of x."""

    x: Floats
    last: Floats
    age: Floats
    weight: Floats
    values: Floats
    value_weight: Floats

    @classmethod
    def of(cls, histories: Histories) -> _Rows:
        weight = histories.customers.astype(np.float64)
        values, at = np.unique(histories.repeats, return_inverse=True)
        return cls(
            x=histories.repeats.astype(np.float64),
            last=histories.last / DAYS_PER_WEEK,
            age=histories.age / DAYS_PER_WEEK,
            weight=weight,
            values=values.astype(np.float64),
            value_weight=np.bincount(at, weight).astype(np.float64),
        )


def _likelihood(rows: _Rows, parameters: Floats) -> tuple[float, Floats, Floats]:
    height, slope, bend = _first_part(rows, parameters)
    for part in chunks(len(rows.x)):
        found = _second_part(rows, part, parameters)
        height, slope, bend = height + found[0], slope + found[1], bend + found[2]
    return height, slope, bend


def _first_part(rows: _Rows, parameters: Floats) -> tuple[float, Floats, Floats]:
    """Gamma(r+x) / Gamma(r) * alpha^r * beta^s."""
    r, alpha, s, beta = parameters
    n, w, x = float(rows.weight.sum()), rows.value_weight, r + rows.values
    height = w @ gammaln(x) + n * (r * np.log(alpha) - gammaln(r) + s * np.log(beta))
    slope = np.array(
        [
            w @ digamma(x) + n * (np.log(alpha) - digamma(r)),
            n * r / alpha,
            n * np.log(beta),
            n * s / beta,
        ]
    )
    bend = np.diag([0.0, -n * r / alpha**2, 0.0, -n * s / beta**2])
    bend[0, 0] = w @ polygamma(1, x) - n * polygamma(1, r)
    bend[0, 1] = bend[1, 0] = n / alpha
    bend[2, 3] = bend[3, 2] = n / beta
    return float(height), slope, bend


def _second_part(rows: _Rows, part: slice, parameters: Floats) -> tuple[float, Floats, Floats]:
    """(alpha+T)^-n (beta+T)^-s + I."""
    r, alpha, s, beta = parameters
    n, weight, age = r + rows.x[part], rows.weight[part], rows.age[part]
    ones = np.ones_like(n)
    terms = nodes(n, s, alpha * ones, beta * ones, rows.last[part], age)
    log_a, log_b = np.log(alpha + age), np.log(beta + age)
    late, alive = terms.log_sum(), -n * log_a - s * log_b
    left = weight * expit(late - alive)
    stay = weight - left
    with np.errstate(invalid="ignore"):
        inside = np.exp(terms.log_terms - late[:, None])
    inside = np.where(np.isfinite(late)[:, None], inside, 0.0)
    first = _gradient(n[:, None], s, terms.log_alpha, terms.log_beta, 1.0)
    mean = [np.einsum("ij,ij->i", inside, each) for each in first]
    here = _gradient(n, s, log_a, log_b, 0.0)
    slope = np.array([dot(left, m) + dot(stay, h) for m, h in zip(mean, here, strict=True)])
    bend = _curves(n, s, stay, log_a, log_b, 0.0)
    bend += _curves(n[:, None], s, left[:, None] * inside, terms.log_alpha, terms.log_beta, 1.0)
    bend += _spreads(left, inside, first, mean)
    apart = [m - h for m, h in zip(mean, here, strict=True)]
    both = left * stay / np.maximum(weight, 1e-300)
    bend += np.array([[dot(both * p, q) for q in apart] for p in apart])
    return dot(weight, np.logaddexp(alive, late)), slope, bend


def _gradient(
    n: Floats, s: float, log_a: Floats, log_b: Floats, late: float
) -> tuple[Floats, ...]:
    """Differentiate -n ln(alpha+u) - (s + late) ln(beta+u) + late ln s by r, alpha, s, beta."""
    return (
        -log_a,
        -n * np.exp(-log_a),
        late / s - log_b,
        -(s + late) * np.exp(-log_b),
    )


def _curves(
    n: Floats,
    s: float,
    weight: Floats,
    log_a: Floats,
    log_b: Floats,
    late: float,
) -> Floats:
    """Sum the second derivatives of the same, weighted."""
    over_a, over_b = np.exp(-log_a), np.exp(-log_b)
    bend = np.zeros((4, 4))
    bend[0, 1] = bend[1, 0] = -np.sum(weight * over_a)
    bend[1, 1] = np.sum(weight * n * over_a**2)
    bend[2, 2] = -late * np.sum(weight) / s**2
    bend[2, 3] = bend[3, 2] = -np.sum(weight * over_b)
    bend[3, 3] = (s + late) * np.sum(weight * over_b**2)
    return bend


def _spreads(
    left: Floats, inside: Floats, first: tuple[Floats, ...], mean: list[Floats]
) -> Floats:
    """Sum the covariances of the gradient within each row's integral."""
    size = len(first)
    bend = np.empty((size, size))
    for i in range(size):
        weighted = inside * first[i]
        for j in range(i, size):
            within = np.einsum("ij,ij->i", weighted, first[j]) - mean[i] * mean[j]
            bend[i, j] = bend[j, i] = dot(left, within)
    return bend
