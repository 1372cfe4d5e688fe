"""The likelihood of BG/NBD, MBG/NBD and MBG/CNBD-k with its slope and bend; see `dropout`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln, polygamma

from regulars.engine.models.histories import DAYS_PER_WEEK, Histories
from regulars.engine.models.newton import Floats, dot
from regulars.engine.models.regularity import mixture


@dataclass(frozen=True)
class Sums:
    """What stays the same from step to step."""

    customers: float
    x: Floats  # distinct numbers of repeats
    x_customers: Floats
    chances_shift: int
    shape: int
    T: Floats  # distinct ages in weeks
    T_customers: Floats
    T_repeats: Floats  # repeats of all customers of that age
    point_x: Floats  # histories where a stop is possible, as float and by index of day
    point_last: np.ndarray
    point_age: np.ndarray
    point_customers: Floats
    days: Floats  # 0..longest age, in weeks

    @classmethod
    def of(cls, histories: Histories, chances: int, shape: int = 1) -> Sums:
        weight = histories.customers.astype(np.float64)
        x, at_x = np.unique(histories.repeats, return_inverse=True)
        age, at_age = np.unique(histories.age, return_inverse=True)
        can_stop = histories.repeats + chances > 0
        return cls(
            customers=float(weight.sum()),
            x=x.astype(np.float64),
            x_customers=_count(at_x, weight),
            chances_shift=chances,
            shape=shape,
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


def likelihood(sums: Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    height, slope, bend = _rate_part(sums, parameters)
    for part in (_stop_part(sums, parameters), _mixture_part(sums, parameters)):
        height, slope, bend = height + part[0], slope + part[1], bend + part[2]
    return height, slope, bend


def _rate_part(sums: Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    """Gamma(s) / Gamma(r) * alpha^r * (alpha+T)^-s, with s = r + k x."""
    r, alpha = parameters[:2]
    n, x, at_x = sums.customers, sums.shape * sums.x, sums.x_customers
    log_age, over_age = np.log(alpha + sums.T), 1.0 / (alpha + sums.T)
    shots = r * sums.T_customers + sums.shape * sums.T_repeats  # sum of r + k x per age
    height = at_x @ gammaln(r + x) + n * (r * np.log(alpha) - gammaln(r)) - shots @ log_age
    slope, bend = np.zeros(4), np.zeros((4, 4))
    slope[0] = at_x @ digamma(r + x) - n * digamma(r) + n * np.log(alpha)
    slope[0] -= sums.T_customers @ log_age
    slope[1] = n * r / alpha - shots @ over_age
    bend[0, 0] = at_x @ polygamma(1, r + x) - n * polygamma(1, r)
    bend[0, 1] = bend[1, 0] = n / alpha - sums.T_customers @ over_age
    bend[1, 1] = -n * r / alpha**2 + shots @ over_age**2
    return float(height), slope, bend


def _stop_part(sums: Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
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


def _mixture_part(sums: Sums, parameters: Floats) -> tuple[float, Floats, Floats]:
    """S + u: he may have stopped after the last purchase instead."""
    r, alpha, a, b = parameters
    x, weight = sums.point_x, sums.point_customers
    log_day, over_day = np.log(alpha + sums.days), 1.0 / (alpha + sums.days)
    if sums.shape > 1:
        s, ends = r + sums.shape * x, b + x + sums.chances_shift - 1
        places = (sums.point_last, sums.point_age)
        return mixture(s, log_day, over_day, *places, sums.days, weight, a, ends, sums.shape)
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
    slope = np.array([dot(first, each) for each in d])
    bend = np.empty((4, 4))
    for i in range(4):
        weighted = second * d[i]
        for j in range(i, 4):
            bend[i, j] = bend[j, i] = dot(weighted, d[j])
    bend[0, 1] += dot(first, thin)
    bend[1, 0] = bend[0, 1]
    bend[1, 1] += dot(first, shots * thin2)
    bend[2, 2] -= first.sum() / a**2
    bend[3, 3] += dot(first, over_b**2)
    return dot(weight, np.logaddexp(0.0, odds)), slope, bend
