"""BG/NBD and MBG/NBD: customers buy at their own rate until, after some purchase, they stop.

Purchases of one customer are Poisson with rate lambda ~ Gamma(r, alpha); after a purchase
he stops with probability p ~ Beta(a, b). BG/NBD (Fader, Hardie & Lee 2005) lets nobody stop
after the first purchase, so that each one-time buyer is alive for certain; MBG/NBD
(Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007) lets everybody. With m chances to
stop (x in BG/NBD, x + 1 in MBG/NBD) both are one formula:

    L = Gamma(r+x) / Gamma(r) * alpha^r * (alpha+T)^-(r+x) * B(a, b+m) / B(a, b) * (1 + u)
    u = a / (b+m-1) * ((alpha+T) / (alpha+t_x))^(r+x), 0 where m is 0
    P(alive) = 1 / (1 + u)

The first factors depend on x or on T alone, so they are summed over two histograms; only
(1 + u) needs the distinct (x, t_x, T).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import digamma, expit, gammaln, polygamma

from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.histories import DAYS_PER_WEEK, Histories
from regulars.engine.models.newton import Floats, Summit, climb

NAMES = ("r", "alpha", "a", "b")
START = np.array([0.5, 5.0, 0.5, 2.0])
LOWEST = np.array([1e-4, 1e-4, 1e-5, 1e-4])
HIGHEST = np.array([1e4, 1e6, 1e5, 1e6])
FEWEST_CUSTOMERS = 20
FEWEST_STOPS = 1e-3


@dataclass(frozen=True)
class DropoutModel:
    """One of the two models; see the module.

    Attributes
    ----------
    name
        `bg_nbd` or `mbg_nbd`.
    chances_before_repeat
        Chances to stop before any repeat purchase: 0 or 1.
    """

    name: str
    chances_before_repeat: int

    def fit(self, histories: Histories) -> Fitted:
        """Find the parameters under which these histories are likeliest; time in weeks.

        Raises
        ------
        NoFit
            with fewer than 20 customers, or where nobody ever bought twice.
        """
        _require_enough(histories)
        sums = _Sums.of(histories, self.chances_before_repeat)
        summit = climb(partial(_likelihood, sums), start=START, lowest=LOWEST, highest=HIGHEST)
        return Fitted(
            model=self.name,
            parameters=dict(zip(NAMES, summit.parameters.tolist(), strict=True)),
            standard_errors={
                name: None if np.isnan(error) else error
                for name, error in zip(NAMES, summit.standard_errors.tolist(), strict=True)
            },
            log_likelihood=summit.log_likelihood,
            unit="week",
            customers=histories.total,
            converged=summit.converged,
            at_boundary=_edges(summit),
            steps=summit.steps,
        )

    def p_alive(self, fitted: Fitted, repeats: object, last: object, age: object) -> Floats:
        """Give the probability that a customer has not stopped; times in days."""
        r, alpha, a, b = (fitted.parameters[name] for name in NAMES)
        x, t_x, T = _weeks(repeats, last, age)
        chances = x + self.chances_before_repeat
        with np.errstate(divide="ignore"):
            odds = (
                np.log(a)
                - np.log(np.where(chances > 0, b + chances - 1, np.inf))
                + (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
            )
        return np.asarray(expit(-odds))


def _edges(summit: Summit) -> tuple[str, ...]:
    found = {name for name, edge in zip(NAMES, summit.at_boundary, strict=True) if edge}
    a, b = summit.parameters[2:]
    # Fewer than one stop in a thousand purchases: these data show nobody stopping, and
    # P(alive) near 1 for everybody says only that.
    if a / (a + b) < FEWEST_STOPS:
        found.add("a")
    return tuple(name for name in NAMES if name in found)


BG_NBD = DropoutModel("bg_nbd", chances_before_repeat=0)
MBG_NBD = DropoutModel("mbg_nbd", chances_before_repeat=1)


def _weeks(repeats: object, last: object, age: object) -> tuple[Floats, Floats, Floats]:
    x = np.asarray(repeats, dtype=np.float64)
    t_x = np.asarray(last, dtype=np.float64) / DAYS_PER_WEEK
    return x, t_x, np.asarray(age, dtype=np.float64) / DAYS_PER_WEEK


def _require_enough(histories: Histories) -> None:
    if histories.total < FEWEST_CUSTOMERS:
        raise NoFit(
            f"{histories.total} customers are too few to fit a model; "
            f"bring at least {FEWEST_CUSTOMERS}."
        )
    if not (histories.repeats > 0).any():
        raise NoFit("Nobody bought on a second day, so no rhythm can be learned yet.")
    if (histories.last > histories.age).any() or (histories.last < 0).any():
        raise NoFit(
            "Some customers bought last before they bought first or after the date of "
            "measurement. Check how t_x and T were made."
        )


@dataclass(frozen=True)
class _Sums:
    """What stays the same from step to step."""

    customers: float
    x: Floats  # distinct numbers of repeats
    x_customers: Floats
    chances_shift: int
    T: Floats  # distinct ages in weeks
    T_customers: Floats
    T_repeats: Floats  # repeats of all customers of that age
    point_x: Floats  # histories where a stop is possible, as float and by index of day
    point_last: np.ndarray
    point_age: np.ndarray
    point_customers: Floats
    days: Floats  # 0..longest age, in weeks

    @classmethod
    def of(cls, histories: Histories, chances: int) -> _Sums:
        weight = histories.customers.astype(np.float64)
        x, at_x = np.unique(histories.repeats, return_inverse=True)
        age, at_age = np.unique(histories.age, return_inverse=True)
        can_stop = histories.repeats + chances > 0
        return cls(
            customers=float(weight.sum()),
            x=x.astype(np.float64),
            x_customers=_count(at_x, weight),
            chances_shift=chances,
            T=age / DAYS_PER_WEEK,
            T_customers=_count(at_age, weight),
            T_repeats=_count(at_age, weight * histories.repeats),
            point_x=histories.repeats[can_stop].astype(np.float64),
            point_last=histories.last[can_stop],
            point_age=histories.age[can_stop],
            point_customers=weight[can_stop],
            days=np.arange(int(histories.age.max()) + 1) / DAYS_PER_WEEK,
        )


def _count(bins: np.ndarray, weight: Floats) -> Floats:
    return np.bincount(bins, weight).astype(np.float64)


def _likelihood(sums: _Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    height, slope, bend = _rate_part(sums, parameters)
    for part in (_stop_part(sums, parameters), _mixture_part(sums, parameters)):
        height, slope, bend = height + part[0], slope + part[1], bend + part[2]
    return height, slope, bend


def _rate_part(sums: _Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    """Gamma(r+x) / Gamma(r) * alpha^r * (alpha+T)^-(r+x)."""
    r, alpha = parameters[:2]
    n, x, at_x = sums.customers, sums.x, sums.x_customers
    log_age, over_age = np.log(alpha + sums.T), 1.0 / (alpha + sums.T)
    shots = r * sums.T_customers + sums.T_repeats  # sum of r + x per age
    height = at_x @ gammaln(r + x) + n * (r * np.log(alpha) - gammaln(r)) - shots @ log_age
    slope, bend = np.zeros(4), np.zeros((4, 4))
    slope[0] = at_x @ digamma(r + x) - n * digamma(r) + n * np.log(alpha)
    slope[0] -= sums.T_customers @ log_age
    slope[1] = n * r / alpha - shots @ over_age
    bend[0, 0] = at_x @ polygamma(1, r + x) - n * polygamma(1, r)
    bend[0, 1] = bend[1, 0] = n / alpha - sums.T_customers @ over_age
    bend[1, 1] = -n * r / alpha**2 + shots @ over_age**2
    return float(height), slope, bend


def _stop_part(sums: _Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    """B(a, b+m) / B(a, b): nobody stopped at any of m chances."""
    a, b = parameters[2:]
    n, at_x, m = sums.customers, sums.x_customers, sums.x + sums.chances_shift
    height = n * (gammaln(a + b) - gammaln(b)) + at_x @ (gammaln(b + m) - gammaln(a + b + m))
    slope, bend = np.zeros(4), np.zeros((4, 4))
    both = at_x @ digamma(a + b + m)
    slope[2] = n * digamma(a + b) - both
    slope[3] = n * (digamma(a + b) - digamma(b)) + at_x @ digamma(b + m) - both
    curve = n * polygamma(1, a + b) - at_x @ polygamma(1, a + b + m)
    bend[2, 2] = bend[2, 3] = bend[3, 2] = curve
    bend[3, 3] = curve - n * polygamma(1, b) + at_x @ polygamma(1, b + m)
    return float(height), slope, bend


def _mixture_part(sums: _Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    """1 + u: he may have stopped after the last purchase instead."""
    r, alpha, a, b = parameters
    x, weight = sums.point_x, sums.point_customers
    log_day, over_day = np.log(alpha + sums.days), 1.0 / (alpha + sums.days)
    gap = log_day[sums.point_age] - log_day[sums.point_last]
    thin = over_day[sums.point_age] - over_day[sums.point_last]
    thin2 = over_day[sums.point_last] ** 2 - over_day[sums.point_age] ** 2
    shots = r + x
    over_b = 1.0 / (b + x + sums.chances_shift - 1)
    odds = np.log(a) + np.log(over_b) + shots * gap
    stopped = expit(odds)  # the probability that he has stopped
    first = weight * stopped
    second = first * (1.0 - stopped)
    by_alpha = shots * thin
    d = (gap, by_alpha, np.full_like(x, 1.0 / a), -over_b)
    slope = np.array([first @ each for each in d])
    bend = np.empty((4, 4))
    for i in range(4):
        weighted = second * d[i]
        for j in range(i, 4):
            bend[i, j] = bend[j, i] = weighted @ d[j]
    bend[0, 1] += first @ thin
    bend[1, 0] = bend[0, 1]
    bend[1, 1] += first @ (shots * thin2)
    bend[2, 2] -= first.sum() / a**2
    bend[3, 3] += first @ over_b**2
    return float(weight @ np.logaddexp(0.0, odds)), slope, bend
