"""Differences of means and ratios: spend, margin, balance, order value.

Welch's interval without covariates. With covariates that were known before the start it is
CUPED (Deng et al. 2013): what the past explains is taken out of both arms by one coefficient,
the one that makes the variance of the difference smallest, whatever the shares of the arms.
With unequal arms that is the regression with interactions of Lin (2013).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.uplift.effect import Effect, fieller, less_one
from regulars.engine.uplift.moments import Floats, Moments
from regulars.engine.uplift.quantiles import critical, two_sided


def difference_of_means(
    treated: Moments,
    control: Moments,
    metric: str,
    *,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> Effect:
    """Compare the mean of an outcome by assignment.

    Parameters
    ----------
    treated, control
        Moments with `metric` and `covariates`.
    metric
        Any number per customer; a 0/1 outcome too, where covariates are to help (for rates
        without covariates `difference_of_rates` is better with small holdouts).
    covariates
        Columns known *before* the start (past spend, our own forecast). One that the action
        could change would take away a part of the effect.
    level
        Of the intervals.

    Returns
    -------
    Effect
        `variance_left` says what share of the variance the covariates left. The relative
        lift has Fieller's interval; its bounds are null where control's mean may be 0.

    Raises
    ------
    BadInput
        with fewer than two customers (beyond the covariates) in an arm, or unknown columns.

    References
    ----------
    Deng, A., Xu, Y., Kohavi, R., Walker, T. (2013). Improving the sensitivity of online
    controlled experiments by utilizing pre-experiment data. WSDM. Lin, W. (2013). Agnostic
    notes on regression adjustments to experimental data. Annals of Applied Statistics 7(1).

    Examples
    --------
    >>> treated = Moments.of_summary("spend", n=9000, mean=112.0, deviation=250.0)
    >>> control = Moments.of_summary("spend", n=1000, mean=100.0, deviation=240.0)
    >>> found = difference_of_means(treated, control, "spend")
    >>> [round(each, 1) for each in (found.difference, found.low, found.high)]
    [12.0, -3.7, 27.7]
    >>> [round(each) for each in found.incremental]
    [108000, -33716, 249716]
    """
    require_enough(treated, control, len(covariates))
    weights = weights_of(treated, control, metric, covariates)
    columns = (metric, *covariates)
    # Each arm's adjusted mean is a sum of the means of both; so is their covariance.
    share = treated.n / (treated.n + control.n)
    up = np.concatenate([[1.0], -(1 - share) * weights]), np.r_[0.0, (1 - share) * weights]
    down = np.r_[0.0, share * weights], np.concatenate([[1.0], -share * weights])
    means = treated.means(columns), control.means(columns)
    lost = [(arm.n - 1) / (arm.n - 1 - len(covariates)) for arm in (treated, control)]
    spreads = (
        treated.covariances(columns) / treated.n * lost[0],
        control.covariances(columns) / control.n * lost[1],
    )
    values = [float(sum(w @ m for w, m in zip(row, means, strict=True))) for row in (up, down)]
    matrix = _joint([up, down], spreads)
    return _effect(
        metric=metric,
        method="cuped" if len(covariates) else "welch",
        sizes=(treated.n, control.n),
        values=(values[0], values[1]),
        matrix=matrix,
        own=_own_variances(treated, control, metric, weights, covariates, lost),
        plain=treated.variance(metric) / treated.n + control.variance(metric) / control.n,
        level=level,
    )


def difference_of_ratios(
    treated: Moments,
    control: Moments,
    *,
    over: str,
    under: str,
    metric: str = "",
    level: float = 0.95,
) -> Effect:
    """Compare a ratio of two sums, such as spend per order, by assignment.

    Customers were assigned, not orders: orders of one customer resemble each other, and a
    mean over orders would be far too sure. The delta method goes through customers.

    Parameters
    ----------
    treated, control
        Moments with both columns, one row per customer (0 and 0 for whoever did not order).
    over, under
        Columns; the ratio is sum of `over` / sum of `under`.
    metric
        A name for the ratio; empty takes `over/under`.

    Returns
    -------
    Effect
        `treated` and `control` are the ratios.

    Raises
    ------
    BadInput
        where the sum below the line is not above 0 in an arm.

    References
    ----------
    Deng, A., Knoblich, U., Lu, J. (2018). Applying the delta method in metric analytics. KDD.

    Examples
    --------
    >>> treated = Moments.of({"spend": [10, 30, 0, 8], "orders": [1, 2, 0, 1]})
    >>> control = Moments.of({"spend": [10, 20, 0, 6], "orders": [1, 2, 0, 1]})
    >>> found = difference_of_ratios(treated, control, over="spend", under="orders")
    >>> found.treated, found.control, round(found.standard_error, 2)
    (12.0, 9.0, 2.42)
    """
    require_enough(treated, control, 0)
    one, own_one = _ratio(treated, over, under)
    two, own_two = _ratio(control, over, under)
    return _effect(
        metric=metric or f"{over}/{under}",
        method="delta",
        sizes=(treated.n, control.n),
        values=(one, two),
        matrix=np.diag([own_one, own_two]),
        own=(own_one, own_two),
        plain=own_one + own_two,
        level=level,
    )


def weights_of(
    treated: Moments, control: Moments, metric: str, covariates: Sequence[str]
) -> Floats:
    """Give the coefficients that make the variance of the difference smallest."""
    if not covariates:
        return np.zeros(0)
    columns = (metric, *covariates)
    joint = treated.covariances(columns) / treated.n + control.covariances(columns) / control.n
    scale = np.sqrt(np.diag(joint)[1:])
    moving = scale > 0
    unit = np.where(moving, scale, 1.0)
    inner = joint[1:, 1:] / np.outer(unit, unit)
    # Least squares, because covariates may say the same thing twice.
    found, *_ = np.linalg.lstsq(inner, joint[1:, 0] / unit, rcond=1e-9)
    return np.where(moving, found / unit, 0.0)


def _joint(rows: Sequence[tuple[Floats, Floats]], spreads: tuple[Floats, Floats]) -> Floats:
    """Give the covariance matrix of two weighted sums of the means of both arms."""
    return np.array(
        [
            [
                sum(float(a @ s @ b) for a, s, b in zip(one, spreads, two, strict=True))
                for two in rows
            ]
            for one in rows
        ]
    )


def _own_variances(
    treated: Moments,
    control: Moments,
    metric: str,
    weights: Floats,
    covariates: Sequence[str],
    lost: Sequence[float],
) -> tuple[float, float]:
    """Give each arm's part of the variance of the difference, for Welch's degrees."""
    row = np.r_[1.0, -weights]
    parts = [
        float(row @ arm.covariances((metric, *covariates)) @ row) / arm.n * factor
        for arm, factor in zip((treated, control), lost, strict=True)
    ]
    return max(parts[0], 0.0), max(parts[1], 0.0)


def _ratio(arm: Moments, over: str, under: str) -> tuple[float, float]:
    below = arm.mean(under)
    if below <= 0:
        raise BadInput(
            f"The sum of {under!r} is {arm.total(under):g} in an arm; a ratio needs one "
            "above 0. Wait for more, or compare means."
        )
    ratio = arm.mean(over) / below
    spread = (
        arm.variance(over)
        - 2 * ratio * arm.covariance(over, under)
        + ratio**2 * arm.variance(under)
    )
    return ratio, max(spread, 0.0) / arm.n / below**2


def _effect(
    *,
    metric: str,
    method: str,
    sizes: tuple[int, int],
    values: tuple[float, float],
    matrix: Floats,
    own: tuple[float, float],
    plain: float,
    level: float,
) -> Effect:
    (one, two), variance = values, sum(own)
    error, freedom = math.sqrt(variance), _freedom(own, sizes)
    reach = critical(level, freedom)
    bounds = fieller(
        one,
        two,
        variances=(float(matrix[0, 0]), float(matrix[1, 1])),
        covariance=float(matrix[0, 1]),
        critical=reach,
    )
    lowest, highest = bounds if two > 0 else (None, None)
    return Effect(
        metric=metric,
        method=method,
        treated_n=sizes[0],
        control_n=sizes[1],
        treated=one,
        control=two,
        difference=one - two,
        low=one - two - reach * error,
        high=one - two + reach * error,
        standard_error=error,
        p_value=two_sided((one - two) / error, freedom) if error > 0 else float(one == two),
        relative=one / two - 1.0 if two > 0 else None,
        relative_low=less_one(lowest),
        relative_high=less_one(highest),
        level=level,
        variance_left=variance / plain if plain > 0 else 1.0,
    )


def _freedom(own: tuple[float, float], sizes: tuple[int, int]) -> float:
    """Give Satterthwaite's degrees of freedom."""
    below = sum(part**2 / (n - 1) for part, n in zip(own, sizes, strict=True))
    return sum(own) ** 2 / below if below > 0 else float(min(sizes) - 1)


def require_enough(treated: Moments, control: Moments, covariates: int) -> None:
    fewest = min(treated.n, control.n)
    if fewest < covariates + 2:
        raise BadInput(
            f"The smaller arm has {fewest} customers; with {covariates} covariates it takes "
            f"{covariates + 2} at least. Wait for more, or use fewer covariates."
        )
