"""How sure is the value of a whole base? Parameters are estimates, and customers are people.

The value of one customer is mostly chance. Summed over a base chance evens out, and what
remains is that the parameters might be others: by the delta method, from the covariance of each
fit, on the scale of logarithms (where the parameters were found and a total cannot fall below
zero). Both together make the range.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from regulars.engine.models.fitted import Fitted
from regulars.engine.models.histories import Ints
from regulars.engine.models.horizon import Outlook, PurchaseModel, customer_outlook
from regulars.engine.models.newton import Floats, dot
from regulars.engine.models.spend import expected_spend

STEP = 1e-3  # of a logarithm, on each side
# Below px + q = 2 the variance of gamma-gamma's mean spend is infinite.
LEAST_SHAPE = 2.25


@dataclass(frozen=True)
class BaseValue:
    """The value of a base and its range.

    Attributes
    ----------
    total
        In the reporting currency.
    low, high
        The range, > 0.
    level
        Of the range, 0-1.
    parameter_error
        Relative standard error by the estimate of the parameters; null where a likelihood is
        flat, and then the range holds chance only.
    chance_error
        Relative standard error by chance, parameters taken as known.
    """

    total: float
    low: float
    high: float
    level: float
    parameter_error: float | None
    chance_error: float


def base_value(
    model: PurchaseModel,
    fitted: Fitted,
    spend: Fitted,
    repeats: object,
    last: object,
    age: object,
    mean: object,
    *,
    months: float,
    discount_rate: float,
    margin: float = 1.0,
    share: float = 1.0,
    level: float = 0.80,
) -> BaseValue:
    """Value all customers together, with a range for parameters and chance.

    Parameters
    ----------
    model, fitted, spend
        Of the purchases, and gamma-gamma.
    repeats, last, age
        One row per customer, times in days.
    mean
        Mean spend of repeat days; anything where repeats is 0.
    months, discount_rate
        How far to look; yearly, each month discounted from its end.
    margin
        What counts of one unit spent.
    share
        Which part of the base the rows are (a sample by hash of the id), 0-1; total and range
        are of the whole base.
    level
        Of the range.

    Returns
    -------
    BaseValue. Where q of gamma-gamma is near 2 or below, newcomers' spend has no variance;
    2.25 is taken instead, for chance only.

    Examples
    --------
    >>> from regulars.engine.models import MBG_NBD, Histories, Spends, fit_gamma_gamma
    >>> x, last, age = [0, 1, 2, 5] * 30, [0, 40, 60, 85] * 30, [90] * 120
    >>> mean = np.linspace(10, 50, 120)
    >>> fitted = MBG_NBD.fit(Histories.of(x, last, age))
    >>> spend = fit_gamma_gamma(Spends.of(x, mean))
    >>> value = base_value(
    ...     MBG_NBD, fitted, spend, x, last, age, mean, months=12, discount_rate=0.1
    ... )
    >>> value.low < value.total < value.high
    True
    """
    x, t_x, T = (np.asarray(each, dtype=np.int64) for each in (repeats, last, age))
    rows = _Rows(x, t_x, T, np.asarray(mean, dtype=np.float64))

    given = rows.ahead(model, fitted, months, discount_rate)
    counts = rows.counts(model, fitted, given)
    each = expected_spend(spend, rows.x, rows.mean)

    def by_purchases(moved: Fitted) -> float:
        ahead = rows.ahead(model, moved, months, discount_rate)
        return dot(rows.counts(model, moved, ahead), each)

    def by_money(moved: Fitted) -> float:
        return dot(counts, expected_spend(moved, rows.x, rows.mean))

    whole = dot(counts, each)
    by_parameters = _together(_log_error(by_purchases, fitted), _log_error(by_money, spend))
    variance = float(rows.variances(model, fitted, spend, given).sum())
    by_chance = float(np.sqrt(variance * share)) / whole if whole > 0 else 0.0
    reach = float(ndtri((1 + level) / 2)) * np.hypot(by_parameters or 0.0, by_chance)
    money = whole * margin / share
    return BaseValue(
        total=money,
        low=float(money * np.exp(-reach)),
        high=float(money * np.exp(reach)),
        level=level,
        parameter_error=by_parameters,
        chance_error=by_chance,
    )


@dataclass(frozen=True)
class _Rows:
    x: Ints
    last: Ints
    age: Ints
    mean: Floats

    def ahead(
        self, model: PurchaseModel, fitted: Fitted, months: float, discount_rate: float
    ) -> Outlook:
        """Of each row, given alive."""
        return customer_outlook(
            model,
            fitted,
            self.x,
            self.last,
            self.age,
            months=months,
            discount_rate=discount_rate,
        )

    def counts(self, model: PurchaseModel, fitted: Fitted, given: Outlook) -> Floats:
        """Expect the discounted purchases of each customer."""
        alive = model.p_alive(fitted, self.x, self.last, self.age)
        return np.asarray(alive * given.discounted)

    def variances(
        self, model: PurchaseModel, fitted: Fitted, spend: Fitted, given: Outlook
    ) -> Floats:
        """Of the discounted money of each customer."""
        alive = model.p_alive(fitted, self.x, self.last, self.age)
        often = alive * given.expected
        square = alive * (given.variance + given.expected**2)
        p, q = spend.parameters["p"], spend.parameters["q"]
        per = expected_spend(spend, self.x, self.mean)
        shape = np.maximum(p * self.x + q, LEAST_SHAPE)
        per_square = per**2 * (shape - 1.0) / (shape - 2.0)
        money = often * per_square / p + square * per_square - (often * per) ** 2
        sooner = given.discounted / np.maximum(given.expected, 1e-300)
        return np.asarray(np.maximum(money, 0.0) * sooner**2)


def _together(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else float(np.hypot(one, other))


def _log_error(total: Callable[[Fitted], float], fitted: Fitted) -> float | None:
    """Standard error of a total's logarithm, by the delta method over log parameters."""
    if fitted.covariance is None:
        return None
    values = np.array(list(fitted.parameters.values()))
    spread = np.array(fitted.covariance) / np.outer(values, values)
    slopes = np.zeros(len(values))
    for place, name in enumerate(fitted.parameters):
        if spread[place, place] > 0:
            up, down = (total(_scaled(fitted, name, by)) for by in (STEP, -STEP))
            slopes[place] = (np.log(up) - np.log(down)) / (2 * STEP)
    return float(np.sqrt(max(float(slopes @ spread @ slopes), 0.0)))


def _scaled(fitted: Fitted, name: str, by: float) -> Fitted:
    moved = {**fitted.parameters, name: fitted.parameters[name] * float(np.exp(by))}
    return replace(fitted, parameters=moved)
