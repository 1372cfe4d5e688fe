"""Erlang gaps: customers who buy by the clock rather than at random.

A Poisson customer may buy at any moment, also the day after the last purchase. With gaps
that are Erlang-k a purchase takes k unseen steps of one Poisson process of rate lambda:
k = 1 is Poisson, and the larger k, the more even the gaps. Two pieces of that are here.

What silence tells. He bought last at t_x; by T he may have made up to k - 1 steps without
a purchase. With s = r + k x and z = (T - t_x) / (alpha + T) the chances of j steps stand as

    z^j (s)_j / j!,   j = 0..k-1,   S = their sum          ((s)_j rising factorial)

What he will buy. With j steps made, N further steps in time t are negative binomial of shape
s' = s + j and odds c = t / (alpha + T), and he buys floor((j + N) / k) times unless he stops.
Let q = 1 - p be the chance to stay after a purchase, v = q^(1/k) e^(2 pi i l / k) the k-th
roots of q, e = k - 1 - j, D = 1 - v and phi(D) = (1 - (1 + c D)^-s') / D. Then

    E[Y]        = 1/k   sum over l of v^-e phi(D)
    E[Y(Y-1)]   = 2/k^2 sum over l of v^-e (v b(D) / D^2 - e phi(D))
    b(D)        = 1 - (1 + c D)^-s' - s' c D (1 + c D)^-(s'+1)

which is exact, and for k = 1 the formula of BG/NBD in `horizon`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any  # columns of a query or arrays

import numpy as np
import numpy.typing as npt

from regulars.engine.models.newton import Floats, dot

Numbers = npt.NDArray[np.float64] | npt.NDArray[np.complex128]

MOST_STEPS = 4
# Below this chance to stay, the sum over purchases needs five terms and the sum over roots
# would cancel.
RARE = 1e-3
_TERMS = 5


@dataclass(frozen=True)
class Silence:
    """ln S with its derivatives by s and by z, one entry per history."""

    log: Floats
    by_s: Floats
    by_z: Floats
    by_ss: Floats
    by_sz: Floats
    by_zz: Floats


def silence(s: Floats, z: Floats, k: int) -> Silence:
    """Take the logarithm of S and differentiate it twice."""
    value, ds, dz, dss, dsz, dzz = (np.zeros_like(z) for _ in range(6))
    for j in range(k):
        rise, rise1, rise2 = _rising(s, j)
        value += rise * z**j
        ds += rise1 * z**j
        dss += rise2 * z**j
        if j >= 1:
            dz += j * rise * z ** (j - 1)
            dsz += j * rise1 * z ** (j - 1)
        if j >= 2:
            dzz += j * (j - 1) * rise * z ** (j - 2)
    by_s, by_z = ds / value, dz / value
    return Silence(
        log=np.log(value),
        by_s=by_s,
        by_z=by_z,
        by_ss=dss / value - by_s**2,
        by_sz=dsz / value - by_s * by_z,
        by_zz=dzz / value - by_z**2,
    )


def step_chances(s: Floats, z: Floats, k: int) -> Floats:
    """Give the chances of j = 0..k-1 steps since the last purchase; k rows that sum to 1."""
    terms = step_terms(s, z, k)
    return np.asarray(np.stack(np.broadcast_arrays(*terms)) / sum(terms))


def step_terms(s: Any, z: Any, k: int) -> list[Any]:
    """Give z^j (s)_j / j! for j = 0..k-1; their sum is S.

    Only sums and products, so that columns of a query serve as well as arrays: P(alive) is
    S / (S + u), and the j-th term over S is the chance of j steps.

    Examples
    --------
    >>> step_terms(2.0, 0.5, 3)
    [1.0, 1.0, 0.75]
    """
    terms = [s * 0.0 + 1.0]
    for j in range(1, k):
        terms.append(terms[-1] * (s + (j - 1.0)) * z / float(j))
    return terms


def _rising(s: Floats, j: int) -> tuple[Floats, Floats, Floats]:
    """(s)_j / j! and its two derivatives by s."""
    one, none = np.ones_like(s), np.zeros_like(s)
    if j == 0:
        return one, none, none
    if j == 1:
        return s, one, none
    if j == 2:
        return s * (s + 1) / 2, s + 0.5, one
    return s * (s + 1) * (s + 2) / 6, s * s / 2 + s + 1 / 3, s + 1


def mixture(
    s: Floats,
    log_day: Floats,
    over_day: Floats,
    last: npt.NDArray[np.int64],
    age: npt.NDArray[np.int64],
    weeks: Floats,
    weight: Floats,
    a: float,
    ends: Floats,
    k: int,
) -> tuple[float, Floats, Floats]:
    """Sum ln(S + u) over histories, with slope and bend by r, alpha, a, b.

    `log_day`, `over_day` are ln(alpha + t) and its inverse by day; `ends` is b + m - 1.
    """
    gap = log_day[age] - log_day[last]
    thin = over_day[age] - over_day[last]
    thin2 = over_day[last] ** 2 - over_day[age] ** 2
    over_b = 1.0 / ends
    quiet, silent = _by_alpha(s, weeks[age] - weeks[last], over_day[age], k)
    odds = np.log(a) + np.log(over_b) + s * gap
    lean = odds - quiet.log
    stopped = np.asarray(_expit(lean))
    first, alive = weight * stopped, weight * (1.0 - stopped)
    zero = np.zeros_like(s)
    stop = (gap, s * thin, np.full_like(s, 1.0 / a), -over_b)
    stay = (quiet.by_s, silent[0], zero, zero)
    slope = np.array([dot(first, x) + dot(alive, y) for x, y in zip(stop, stay, strict=True)])
    bend = _outer(first * (1.0 - stopped), [x - y for x, y in zip(stop, stay, strict=True)])
    bend[0, 0] += dot(alive, quiet.by_ss)
    bend[0, 1] += dot(first, thin) + dot(alive, silent[1])
    bend[1, 0] = bend[0, 1]
    bend[1, 1] += dot(first, s * thin2) + dot(alive, silent[2])
    bend[2, 2] -= first.sum() / a**2
    bend[3, 3] += dot(first, over_b**2)
    height = dot(weight, quiet.log + np.logaddexp(0.0, lean))
    return height, slope, bend


def _by_alpha(
    s: Floats, silent: Floats, over: Floats, k: int
) -> tuple[Silence, tuple[Floats, Floats, Floats]]:
    """ln S, and its derivatives by alpha, by r and alpha, twice by alpha."""
    z = silent * over
    found = silence(s, z, k)
    move, turn = -z * over, 2.0 * z * over**2
    return found, (
        found.by_z * move,
        found.by_sz * move,
        found.by_zz * move**2 + found.by_z * turn,
    )


def _outer(weight: Floats, columns: list[Floats]) -> Floats:
    size = len(columns)
    answer = np.empty((size, size))
    for i in range(size):
        weighted = weight * columns[i]
        for j in range(i, size):
            answer[i, j] = answer[j, i] = dot(weighted, columns[j])
    return answer


def _expit(x: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


def bought(s: float, c: Floats, p: Floats, *, step: int, k: int) -> tuple[Floats, Floats]:
    """Expect Y and Y (Y - 1) of a customer who is alive and has made `step` of k steps.

    `c` (any shape) and `p` (one axis, added last) are the odds and the chances to stop.
    """
    c = np.asarray(c)[..., None]
    often = p <= 1.0 - RARE
    y, twice = np.empty(c.shape[:-1] + p.shape), np.empty(c.shape[:-1] + p.shape)
    y[..., often], twice[..., often] = _over_roots(s + step, c, p[often], k - 1 - step, k)
    y[..., ~often], twice[..., ~often] = _term_by_term(s + step, c, p[~often], step, k)
    return y, twice


def _over_roots(s: float, c: Floats, p: Floats, e: int, k: int) -> tuple[Floats, Floats]:
    stay = np.log1p(-p)
    y = np.zeros(np.broadcast_shapes(c.shape, p.shape))
    twice = np.zeros_like(y)
    for turn in range(k // 2 + 1):
        v, d = _root(stay / k, turn, k)
        phi, curve = _phi(s, c, d)
        # Roots come in conjugate pairs; one of each is enough.
        lift = (1.0 if 2 * turn in {0, k} else 2.0) * v**-e
        y += np.real(lift * phi) / k
        twice += 2.0 / k**2 * np.real(lift * (v * curve - e * phi))
    return y, np.maximum(twice, 0.0)


def _root(log: Floats, turn: int, k: int) -> tuple[Numbers, Numbers]:
    """Give v and 1 - v; real where it can be, for complex logarithms lose small numbers."""
    if turn == 0:
        return np.exp(log), -np.expm1(log)
    if 2 * turn == k:
        return -np.exp(log), 1.0 + np.exp(log)
    v = np.exp(log + 2j * np.pi * turn / k)
    return v, 1.0 - v


def _phi(s: float, c: Floats, d: Numbers) -> tuple[Numbers, Numbers]:
    cd = c * d
    log = np.log1p(cd)
    phi = -np.expm1(-s * log) / d
    exact = -np.expm1(-s * log) - s * cd * np.exp(-(s + 1) * log)
    # For small c d the two terms cancel; there the series' first terms are exact enough.
    small = s * (s + 1) * cd**2 * (0.5 - (s + 2) * cd / 3.0)
    bracket = np.where((s + 2) * np.abs(cd) < 1e-4, small, exact)
    return phi, bracket / d**2


def _term_by_term(s: float, c: Floats, p: Floats, step: int, k: int) -> tuple[Floats, Floats]:
    q = 1.0 - p
    y = np.zeros(np.broadcast_shapes(c.shape, p.shape))
    twice = np.zeros_like(y)
    for n in range(1, _TERMS + 1):
        chance = 1.0 - fewer_steps(s, c, n * k - step)
        y += chance * q ** (n - 1)
        twice += 2.0 * (n - 1) * chance * q ** (n - 1)
    return y, twice


def fewer_steps(s: float | Floats, c: Floats, n: int) -> Floats:
    """Give the probability of fewer than `n` steps, negative binomial of shape s, odds c."""
    share, total = c / (1.0 + c), np.zeros(np.broadcast_shapes(np.shape(s), np.shape(c)))
    term = np.exp(-s * np.log1p(c)) + total
    for i in range(n):
        total = total + term
        term = term * (s + i) / (i + 1.0) * share
    return np.minimum(total, 1.0)


def log_gap_term(log_gaps: Floats, repeats: Floats, *, k: int, unit: float) -> Floats:
    """Give what the moments of the purchases add to the likelihood, per customer.

    The density of an Erlang-k gap g has the factor g^(k-1) / (k-1)!. It holds no parameter,
    yet only with it are the likelihoods of different k comparable. `log_gaps` in days,
    `unit` days per unit of time.
    """
    return np.asarray(
        (k - 1) * (log_gaps - repeats * math.log(unit)) - repeats * math.lgamma(k)
    )
