"""What running contracts are still worth, with two ranges: of the mean, and of a single one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import ndtri

from regulars.base.errors import BadInput
from regulars.engine.models.contracts import NAMES, SBG, dates_ahead
from regulars.engine.models.fitted import Fitted
from regulars.engine.models.newton import Floats


@dataclass(frozen=True)
class ContractValue:
    """What contracts of some ages are still worth, one entry per contract.

    Attributes
    ----------
    expected
        Margin times the discounted payments to be expected.
    low, high
        Where that expectation may lie, for the parameters are estimates.
    chance_low, chance_high
        What one single contract will bring: a range by chance, parameters taken as known.
    level
        Of both ranges, 0-1.
    """

    expected: Floats
    low: Floats
    high: Floats
    chance_low: Floats
    chance_high: Floats
    level: float


def contract_value(
    fitted: Fitted,
    age: object,
    *,
    margin: float,
    discount_rate: float,
    due: float = 0.0,
    horizon: int | None = None,
    level: float = 0.80,
) -> ContractValue:
    """Value running contracts by their age; what was spent to win them is past and left out.

    Parameters
    ----------
    fitted
        Of `SBG`.
    age
        Renewals so far, whole, >= 0.
    margin
        Of one payment, in the reporting currency.
    discount_rate, due, horizon
        As in `ContractModel.residual`.
    level
        Of the ranges.

    Returns
    -------
    ContractValue
        one entry per age given.

    Raises
    ------
    BadInput
        without a horizon where nothing is discounted.

    Examples
    --------
    >>> from regulars.engine.models import Lifetimes
    >>> fitted = SBG.fit(Lifetimes.of_survivors([1000, 869, 743, 653, 593, 551, 517, 491]))
    >>> value = contract_value(fitted, [0, 4], margin=100.0, discount_rate=0.10)
    >>> value.expected.round().tolist()
    [541.0, 690.0]
    >>> bool((value.low < value.expected).all() and (value.expected < value.high).all())
    True
    """
    look = partial(SBG.residual, age=age, discount_rate=discount_rate, due=due, horizon=horizon)
    expected = margin * look(fitted)
    reach = np.exp(float(ndtri((1 + level) / 2)) * _log_error(fitted, look))
    low, high = _by_chance(fitted, age, discount_rate, due, horizon, level)
    return ContractValue(
        expected=expected,
        low=expected / reach,
        high=expected * reach,
        chance_low=margin * low,
        chance_high=margin * high,
        level=level,
    )


def constant_retention_value(
    *, margin: float, retention: float, discount_rate: float, first_counted: bool
) -> float:
    """Value a contract under one rate of retention for ever.

    The textbook formula, for comparison: it undervalues customers who stayed long.

    Parameters
    ----------
    margin
        Per period.
    retention, discount_rate
        Per period, 0-1 and above 0.
    first_counted
        Whether the margin that is paid now, before any renewal, counts.

    Returns
    -------
    float, > 0, as the margin's currency.

    Raises
    ------
    BadInput
        where the sum would be infinite.

    Examples
    --------
    >>> for first in (False, True):
    ...     value = constant_retention_value(
    ...         margin=100.0, retention=0.8, discount_rate=0.1, first_counted=first
    ...     )
    ...     print(round(value, 2))
    266.67
    366.67
    """
    if not 0.0 <= retention <= 1.0 or discount_rate <= retention - 1.0:
        raise BadInput(f"A retention of {retention} at {discount_rate} has no finite value.")
    later = margin * retention / (1.0 + discount_rate - retention)
    return later + margin if first_counted else later


def _log_error(fitted: Fitted, look: partial[Floats]) -> Floats:
    """Standard error of the logarithm of an expectation, by the delta method."""
    if fitted.covariance is None:
        return np.full_like(look(fitted), np.nan)
    slopes = []
    for name in NAMES:
        step = 1e-4 * fitted.parameters[name]
        up, down = (look(_moved(fitted, name, by)) for by in (step, -step))
        slopes.append((np.log(up) - np.log(down)) / (2 * step))
    slope, spread = np.array(slopes), np.array(fitted.covariance)
    return np.asarray(np.sqrt(np.einsum("in,ij,jn->n", slope, spread, slope)))


def _moved(fitted: Fitted, name: str, by: float) -> Fitted:
    moved = {**fitted.parameters, name: fitted.parameters[name] + by}
    return replace(fitted, parameters=moved)


def _by_chance(
    fitted: Fitted,
    age: object,
    discount_rate: float,
    due: float,
    horizon: int | None,
    level: float,
) -> tuple[Floats, Floats]:
    """Discounted payments at the two ends of the number of renewals to come."""
    ages, at = np.unique(np.asarray(age, dtype=np.int64), return_inverse=True)
    steps = np.arange(1, dates_ahead(discount_rate, horizon) + 1, dtype=np.int64)
    paid = np.append(0.0, np.cumsum((1.0 + discount_rate) ** -(steps - 1.0 + due)))
    chances = SBG.further(fitted, ages, steps)
    # The quantile at u is the number of payments that more than 1 - u reach.
    counts = [(chances > 1.0 - u).sum(axis=1) for u in ((1 - level) / 2, (1 + level) / 2)]
    low, high = (paid[count][at] for count in counts)
    return low, high
