"""How many customers it takes, and what a list of this size can show, before the start.

Plain arithmetic, so that a page may compute it while somebody moves the holdout.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from regulars.base.errors import BadInput
from regulars.engine.uplift.quantiles import critical, two_sided


@dataclass(frozen=True)
class Plan:
    """What an experiment of a given size can show.

    Attributes
    ----------
    customers
        Treated and held out together.
    holdout
        Share held out, 0-1.
    difference
        The effect that is found in `power` of cases, in the unit of the outcome.
    power, level
        Chance to find it, and confidence of the interval.
    sentence
        For a person.
    """

    customers: int
    holdout: float
    difference: float
    power: float
    level: float
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def plan_rates(
    *,
    base: float,
    holdout: float,
    difference: float | None = None,
    customers: int | None = None,
    power: float = 0.80,
    level: float = 0.95,
    left: float = 1.0,
) -> Plan:
    """Plan an experiment on a rate: the customers for a difference, or the other way round.

    Parameters
    ----------
    base
        Rate without the action, between 0 and 1.
    holdout
        Share held out, between 0 and 1.
    difference, customers
        One of the two: the effect to find (0.01 is one point; negative for a fall), or the
        customers there are, treated and held out together.
    power, level
        Chance to find the effect, and confidence of the interval.
    left
        Share of the variance that covariates leave, 0-1; they hardly help rates.

    Returns
    -------
    Plan
        The smallest number of customers, or the smallest rise that they can show.

    Raises
    ------
    BadInput
        where both or none of the two is given, a share is not between 0 and 1, or the list
        is too small to show any rise.

    Examples
    --------
    >>> plan_rates(base=0.05, difference=0.01, holdout=0.10).customers
    42202
    >>> found = plan_rates(base=0.05, customers=2000, holdout=0.10)
    >>> round(found.difference, 3)
    0.047
    """
    _require_shares(base=base, holdout=holdout, power=power)
    _require_shares(left=left / 2)

    def spread(rise: float) -> float:
        other = base + rise
        return left * (base * (1 - base) / holdout + other * (1 - other) / (1 - holdout))

    square = _reach(power, level) ** 2
    if _one_of(difference, customers):
        assert difference is not None
        if not 0.0 <= base + difference <= 1.0 or difference == 0:
            raise BadInput(f"A rate of {base} cannot change by {difference}; give less.")
        size = math.ceil(square * spread(difference) / difference**2)
        return _plan(size, holdout, difference, power, level, points=True)
    assert customers is not None
    most = 1.0 - base
    if square * spread(most) / most**2 > customers:
        raise BadInput(
            f"{customers:,} customers with {holdout:.0%} held out show no rise from "
            f"{base:.1%}, however large. Hold out more, or pool several actions."
        )
    found = _smallest(lambda rise: square * spread(rise) / rise**2 <= customers, most)
    return _plan(customers, holdout, found, power, level, points=True)


def plan_means(
    *,
    deviation: float,
    holdout: float,
    difference: float | None = None,
    customers: int | None = None,
    power: float = 0.80,
    level: float = 0.95,
    left: float = 1.0,
) -> Plan:
    """Plan an experiment on a mean such as spend.

    Parameters
    ----------
    deviation
        Standard deviation of the outcome between customers, > 0, over a window as long as
        the experiment's (take it from the past).
    holdout, difference, customers, power, level
        As for `plan_rates`; the difference is in the unit of the outcome.
    left
        Share of the variance that covariates leave (`Effect.variance_left` of an earlier
        experiment): customers needed fall in proportion.

    Returns
    -------
    Plan

    Raises
    ------
    BadInput
        as for `plan_rates`.

    Examples
    --------
    >>> plan_means(deviation=250.0, difference=12.0, holdout=0.10).customers
    37852
    >>> plan_means(deviation=250.0, difference=12.0, holdout=0.10, left=0.55).customers
    20819
    """
    _require_shares(holdout=holdout, power=power)
    _require_shares(left=left / 2)
    if deviation <= 0:
        raise BadInput(f"The deviation is {deviation}; give one above 0.")
    constant = _reach(power, level) ** 2 * left * deviation**2 * _per_customer(holdout)
    if _one_of(difference, customers):
        assert difference is not None
        if difference == 0:
            raise BadInput("A difference of 0 takes infinitely many customers; give another.")
        size = math.ceil(constant / difference**2)
        return _plan(size, holdout, difference, power, level, points=False)
    assert customers is not None
    found = math.sqrt(constant / customers)
    return _plan(customers, holdout, found, power, level, points=False)


def power_of(difference: float, standard_error: float, *, level: float = 0.95) -> float:
    """Give the chance that an interval of this standard error leaves out 0.

    Parameters
    ----------
    difference
        The true one.
    standard_error
        Of its estimate, in the same unit, above 0.
    level
        Of the interval.

    Returns
    -------
    float, 1 - level (no difference) to 1

    Examples
    --------
    >>> round(power_of(2.8016, 1.0), 3), round(power_of(0.0, 1.0), 3)
    (0.8, 0.05)
    """
    away, reach = difference / standard_error, critical(level)
    return _above(reach - away) + _above(reach + away)


def _above(z: float) -> float:
    half = two_sided(z) / 2
    return half if z >= 0 else 1.0 - half


def _reach(power: float, level: float) -> float:
    if power <= 0.5:
        raise BadInput(f"The power is {power}; give more than 0.5, such as 0.8.")
    # Four decimals, as tables print them: others must find the same number of customers.
    return round(critical(level), 4) + round(critical(2 * power - 1), 4)


def _per_customer(holdout: float) -> float:
    return 1 / holdout + 1 / (1 - holdout)


def _one_of(difference: float | None, customers: int | None) -> bool:
    if (difference is None) == (customers is None) or (customers is not None and customers < 2):
        raise BadInput("Give either the difference to find or the customers there are.")
    return difference is not None


def _smallest(enough: Callable[[float], bool], most: float) -> float:
    low, high = 0.0, most
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _plan(
    customers: int,
    holdout: float,
    difference: float,
    power: float,
    level: float,
    *,
    points: bool,
) -> Plan:
    shown = f"{abs(difference) * 100:.2g} points" if points else f"{abs(difference):.3g}"
    return Plan(
        customers=customers,
        holdout=holdout,
        difference=difference,
        power=power,
        level=level,
        sentence=(
            f"{customers:,} customers with {holdout:.0%} held out show an effect of {shown} "
            f"in {power:.0%} of cases; a smaller one is likely to be missed."
        ),
    )


def _require_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0.0 < share < 1.0:
            raise BadInput(f"The {name} is {share}; give a share between 0 and 1.")
