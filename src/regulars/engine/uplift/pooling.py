"""Many small experiments together: what such actions do, and what each of them did.

A branch list of two thousand proves nothing alone. Pooled, campaigns of a kind say what the
kind does on average (random effects, because no two campaigns are the same), how much they
differ, and what each of them probably did: its own value drawn towards the others' by as
much as it is uncertain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput
from regulars.engine.uplift.moments import Floats
from regulars.engine.uplift.quantiles import above_chi_square, critical, two_sided

Method = Literal["paule_mandel", "dersimonian_laird"]
HALVINGS = 55
NODES = 40


@dataclass(frozen=True)
class Shrunken:
    """What one campaign did, in the light of the others.

    Attributes
    ----------
    name
        Of the campaign.
    own, standard_error
        Its own estimate.
    value, low, high
        Drawn towards the mean, with the interval.
    weight
        Share of its own estimate in `value`, 0-1.
    """

    name: str
    own: float
    standard_error: float
    value: float
    low: float
    high: float
    weight: float


@dataclass(frozen=True)
class Pooled:
    """Several experiments in one figure.

    Attributes
    ----------
    experiments
        How many.
    fixed, fixed_low, fixed_high
        The mean if all had the same effect.
    mean, low, high
        The mean of the effects such experiments have (random effects), with the interval of
        Hartung and Knapp, never narrower than the plain one.
    standard_error, p_value
        Of `mean`.
    spread
        Standard deviation of the true effects between experiments (tau).
    spread_low, spread_high
        Its interval (Q-profile).
    q, q_p_value
        Cochran's Q and the chance of it where all effects are the same.
    share_between
        Share of the differences that is no chance (I squared), 0-1.
    next_low, next_high
        Where the true effect of the next such experiment will lie, the uncertainty of the
        spread counted in; null with fewer than three.
    single
        Each experiment, shrunken.
    method, level
        How tau was found, and the confidence of all intervals.
    """

    experiments: int
    fixed: float
    fixed_low: float
    fixed_high: float
    mean: float
    low: float
    high: float
    standard_error: float
    p_value: float
    spread: float
    spread_low: float
    spread_high: float
    q: float
    q_p_value: float
    share_between: float
    next_low: float | None
    next_high: float | None
    single: tuple[Shrunken, ...]
    method: str
    level: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def pool(
    estimates: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    method: Method = "paule_mandel",
    level: float = 0.95,
) -> Pooled:
    """Pool the effects of several experiments.

    Parameters
    ----------
    estimates, standard_errors
        `difference` and `standard_error` of each experiment, in one unit; errors above 0.
    names
        Of the experiments; None numbers them from 1.
    method
        How the spread between experiments is found: `paule_mandel`, which holds with few and
        unequal experiments, or `dersimonian_laird`.
    level
        Of all intervals.

    Returns
    -------
    Pooled

    Raises
    ------
    BadInput
        with fewer than two experiments, or an error that is not above 0.

    References
    ----------
    DerSimonian, R., Laird, N. (1986). Controlled Clinical Trials 7. Paule, R., Mandel, J.
    (1982). J. Res. NBS 87. Knapp, G., Hartung, J. (2003). Statistics in Medicine 22.
    Viechtbauer, W. (2007). Statistics in Medicine 26 (Q-profile). Nagashima, K. et al.
    (2019). Statistical Methods in Medical Research 28 (the next experiment).

    Examples
    --------
    >>> found = pool([1.0, 3.0, 2.0, 6.0], [1.0, 1.0, 1.0, 1.0])
    >>> found.mean, round(found.spread**2, 4), round(found.share_between, 3)
    (3.0, 3.6667, 0.786)
    >>> [round(each.value, 2) for each in found.single]
    [1.43, 3.0, 2.21, 5.36]
    """
    y = np.asarray(estimates, dtype=np.float64)
    v = np.asarray(standard_errors, dtype=np.float64) ** 2
    _require_usable(y, v)
    count = len(y)
    fixed, fixed_error = _mean(y, v, 0.0)
    q = _q(y, v, 0.0)
    tau2 = _SPREADS[method](y, v)
    mean, plain_error = _mean(y, v, tau2)
    error = plain_error * math.sqrt(max(1.0, _q(y, v, tau2) / (count - 1)))
    reach, normal = critical(level, count - 1), critical(level)
    low2, high2 = _spread_interval(y, v, level)
    ahead = _next(y, v, level) if count > 2 else (None, None)
    return Pooled(
        experiments=count,
        fixed=fixed,
        fixed_low=fixed - normal * fixed_error,
        fixed_high=fixed + normal * fixed_error,
        mean=mean,
        low=mean - reach * error,
        high=mean + reach * error,
        standard_error=error,
        p_value=two_sided(mean / error, count - 1),
        spread=math.sqrt(tau2),
        spread_low=math.sqrt(low2),
        spread_high=math.sqrt(high2),
        q=q,
        q_p_value=above_chi_square(q, count - 1),
        share_between=_share_between(v, tau2),
        next_low=ahead[0],
        next_high=ahead[1],
        single=_shrunken(y, v, tau2, mean, error, names, normal),
        method=method,
        level=level,
    )


def _mean(y: Floats, v: Floats, tau2: float) -> tuple[float, float]:
    weights = 1.0 / (v + tau2)
    return float(weights @ y / weights.sum()), float(weights.sum() ** -0.5)


def _q(y: Floats, v: Floats, tau2: float) -> float:
    return float(_qs(y, v, np.array([tau2]))[0])


def _qs(y: Floats, v: Floats, tau2: Floats) -> Floats:
    """Give Cochran's Q at each of some spreads."""
    weights = 1.0 / (v + tau2[:, None])
    middle = weights @ y / weights.sum(axis=1)
    return np.asarray((weights * (y - middle[:, None]) ** 2).sum(axis=1))


def _dersimonian_laird(y: Floats, v: Floats) -> float:
    weights = 1.0 / v
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, (_q(y, v, 0.0) - (len(y) - 1)) / float(scale))


def _paule_mandel(y: Floats, v: Floats) -> float:
    return float(_profile(y, v, [len(y) - 1])[0])


_SPREADS = {"paule_mandel": _paule_mandel, "dersimonian_laird": _dersimonian_laird}


def _profile(y: Floats, v: Floats, targets: Sequence[float]) -> Floats:
    """Find the spreads at which Q meets `targets`; 0 where it is below already."""
    wanted = np.array(targets)
    low, high = np.zeros(len(wanted)), np.full(len(wanted), float(v.max() + np.ptp(y) ** 2))
    while (wide := _qs(y, v, high) > wanted).any():
        high = np.where(wide, high * 4.0, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = _qs(y, v, middle) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(_qs(y, v, np.zeros(1)) > wanted, (low + high) / 2, 0.0)


def _spread_interval(y: Floats, v: Floats, level: float) -> tuple[float, float]:
    from scipy.special import chdtri

    tail, freedom = (1.0 - level) / 2, len(y) - 1
    upper, lower = float(chdtri(freedom, tail)), float(chdtri(freedom, 1.0 - tail))
    low, high = _profile(y, v, [upper, lower])
    return float(low), float(high)


def _next(y: Floats, v: Floats, level: float) -> tuple[float, float]:
    """Mix what each possible spread would say of the next experiment.

    With one estimated spread, ten experiments of which the spread is as large as the errors
    gave 83 % instead of 95; mixed over the spread's confidence distribution, 92 %.
    """
    from scipy.special import chdtri, ndtr

    chances = (np.arange(NODES) + 0.5) / NODES
    spreads = _profile(y, v, chdtri(len(y) - 1, 1.0 - chances))
    means, errors = np.array([_mean(y, v, each) for each in spreads]).T
    wide = np.sqrt(spreads + errors**2)

    def quantile(chance: float) -> float:
        low, high = float((means - 9 * wide).min()), float((means + 9 * wide).max())
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = ndtr((middle - means) / wide).mean() < chance
            low, high = (middle, high) if below else (low, middle)
        return (low + high) / 2

    return quantile(0.5 - level / 2), quantile(0.5 + level / 2)


def _share_between(v: Floats, tau2: float) -> float:
    weights, count = 1.0 / v, len(v)
    typical = (count - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    return float(tau2 / (tau2 + typical))


def _shrunken(
    y: Floats,
    v: Floats,
    tau2: float,
    mean: float,
    error: float,
    names: Sequence[str] | None,
    reach: float,
) -> tuple[Shrunken, ...]:
    called = names if names is not None else [str(place + 1) for place in range(len(y))]
    weights = tau2 / (tau2 + v)
    values = weights * y + (1 - weights) * mean
    # The mean is uncertain too, and the less weight the own value has, the more it counts.
    errors = np.sqrt(weights * v + (1 - weights) ** 2 * error**2)
    return tuple(
        Shrunken(
            name=name,
            own=float(y[i]),
            standard_error=float(v[i] ** 0.5),
            value=float(values[i]),
            low=float(values[i] - reach * errors[i]),
            high=float(values[i] + reach * errors[i]),
            weight=float(weights[i]),
        )
        for i, name in enumerate(called)
    )


def _require_usable(y: Floats, v: Floats) -> None:
    if len(y) < 2 or len(y) != len(v):
        raise BadInput(
            f"{len(y)} estimates with {len(v)} errors cannot be pooled; give two or more."
        )
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise BadInput("A standard error is not above 0; leave that experiment out.")
