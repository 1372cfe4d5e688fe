"""Looking every day without being fooled: intervals that hold at all times at once.

Whoever looks at a plain 95 % interval eight times sees something in 15 % of the experiments
in which there is nothing. A confidence sequence keeps its promise however often and whenever
one looks, and one may stop at any look. This is the normal mixture (Robbins 1970; the mixture
SPRT of Johari et al. 2017) on the running sum of the difference, in the variance that has
gathered so far, valid for large samples (Waudby-Smith et al. 2024).

The price depends on one choice: at which amount of gathered variance the interval shall be
tightest. We take that of the planned end. There it reaches 3.04 standard errors instead of
1.96; at a tenth of it 3.82, at ten times 3.25. The choice touches the width only, never the
promise. Where the end is fixed beforehand, `spending` looks as often at a lower price.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regulars.base.errors import BadInput
from regulars.engine.uplift.effect import Effect
from regulars.engine.uplift.moments import Floats

# A normal approximation of fewer customers in an arm is none: the promise begins here.
FEWEST = 100


@dataclass(frozen=True)
class Watch:
    """How an experiment is watched; fixed before the first look.

    Attributes
    ----------
    treated, control
        Customers planned in each arm.
    deviation
        Standard deviation of the outcome between customers over the whole planned window
        (after covariates, where they are used; for a rate p, sqrt(p (1 - p))). A wrong guess
        widens intervals a little and breaks nothing.
    level
        Chance that the interval holds the truth at *all* looks.
    """

    treated: int
    control: int
    deviation: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if min(self.treated, self.control) < 1 or self.deviation <= 0:
            raise BadInput(
                f"A watch over {self.treated} and {self.control} customers with deviation "
                f"{self.deviation:g} is none; give what is planned, all above 0."
            )
        tightest(1.0 - self.level)

    @property
    def planned_variance(self) -> float:
        """The variance that will have gathered at the planned end."""
        return weight_of(self.treated, self.control) * self.deviation**2

    def at(self, effect: Effect) -> Look:
        """Read an effect at one look, with everything that has come so far.

        Raises
        ------
        BadInput
            where an arm has fewer than 100 customers.

        Examples
        --------
        >>> from regulars.engine.uplift.rates import difference_of_rates
        >>> watch = Watch(treated=9000, control=1000, deviation=0.22)
        >>> look = watch.at(difference_of_rates(treated=(540, 9000), control=(45, 1000)))
        >>> round(look.low, 4), round(look.high, 4), round(look.p_value, 2)
        (-0.0063, 0.0363, 0.39)
        """
        share = variance_of(effect) / self.planned_variance
        alpha = 1.0 - self.level
        if share == 0.0:
            return Look(effect.difference, -math.inf, math.inf, 1.0, 0.0, None)
        reach = float(reach_at(np.array(share), alpha=alpha)) * effect.standard_error
        low, high = effect.difference - reach, effect.difference + reach
        z = np.array(effect.difference / effect.standard_error)
        p_value = float(always_valid_p(z, np.array(share), alpha=alpha))
        return Look(effect.difference, low, high, p_value, share, decision(low, high))

    def follow(self, effects: Iterable[Effect]) -> list[Look]:
        """Read a series of looks, oldest first; each holds what the ones before it showed.

        The p-value never rises again. The interval is the one of the look itself: the
        intersection of all is valid too, but where the effect changes with time it ends up
        empty.

        Examples
        --------
        >>> from regulars.engine.uplift.rates import difference_of_rates
        >>> watch = Watch(treated=2000, control=2000, deviation=0.3)
        >>> days = [((80, 1000), (40, 1000)), ((170, 2000), (150, 2000))]
        >>> seen = [difference_of_rates(treated=one, control=two) for one, two in days]
        >>> [look.decided for look in watch.follow(seen)]
        ['higher', 'higher']
        """
        found: list[Look] = []
        for effect in effects:
            now = self.at(effect)
            before = found[-1] if found else now
            found.append(
                Look(
                    difference=now.difference,
                    low=now.low,
                    high=now.high,
                    p_value=min(now.p_value, before.p_value),
                    share=now.share,
                    decided=before.decided or now.decided,
                )
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Look:
    """What one look says; true together with all other looks.

    Attributes
    ----------
    difference, low, high
        Treated less control with the always-valid interval.
    p_value
        Always valid: one may stop when it falls below 1 - level.
    share
        Variance gathered over the planned one; 1 at the planned end.
    decided
        `higher` or `lower` once an interval has left out 0, else null.
    """

    difference: float
    low: float
    high: float
    p_value: float
    share: float
    decided: str | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def reach_at(share: Floats, *, alpha: float = 0.05) -> Floats:
    """Give how many standard errors the always-valid interval reaches to either side.

    Parameters
    ----------
    share
        Gathered over planned variance, > 0; any shape.
    alpha
        One less the level, between 0 and 1.

    Returns
    -------
    Array of the same shape.

    References
    ----------
    Robbins, H. (1970). Statistical methods related to the law of the iterated logarithm.
    Howard, S. et al. (2021). Time-uniform, nonparametric, nonasymptotic confidence sequences.
    Annals of Statistics 49(2), section 3.

    Examples
    --------
    >>> [round(float(each), 2) for each in reach_at(np.array([0.1, 1.0, 10.0]))]
    [3.82, 3.04, 3.25]
    """
    tau = np.asarray(share, dtype=np.float64) * tightest(alpha)
    found: Floats = np.sqrt((1 + 1 / tau) * (np.log1p(tau) - 2 * math.log(alpha)))
    return found


def always_valid_p(z: Floats, share: Floats, *, alpha: float = 0.05) -> Floats:
    """Give the p-value that holds at every look.

    Parameters
    ----------
    z
        Difference over its standard error at the look.
    share, alpha
        As for `reach_at`; `alpha` is only where the tuning is made for.

    Returns
    -------
    Array of the shape of z, at most 1; below `alpha` exactly where `reach_at` leaves out 0.

    References
    ----------
    Johari, R., Koomen, P., Pekelis, L., Walsh, D. (2017). Peeking at A/B tests. KDD.

    Examples
    --------
    >>> reach = reach_at(np.array(1.0))
    >>> round(float(always_valid_p(reach, np.array(1.0))), 6)
    0.05
    """
    tau = np.asarray(share, dtype=np.float64) * tightest(alpha)
    evidence = np.asarray(z) ** 2 * tau / (1 + tau) - np.log1p(tau)
    found: Floats = np.minimum(1.0, np.exp(-evidence / 2))
    return found


def tightest(alpha: float) -> float:
    """Give the mixture's variance ratio that makes the interval tightest at the planned end.

    The root above 0 of tau = log(1 + tau) + 2 log(1 / alpha); 8.2 at 5 %.

    Examples
    --------
    >>> round(tightest(0.05), 2)
    8.21
    """
    if not 0.0 < alpha < 1.0:
        raise BadInput(f"The level is {1 - alpha}; give a number between 0 and 1.")
    tau = 1.0
    for _ in range(100):
        tau = math.log1p(tau) - 2 * math.log(alpha)
    return tau


def weight_of(treated: float, control: float) -> float:
    """Give half the harmonic mean of two sizes: what the difference of means is worth.

    Examples
    --------
    >>> weight_of(9000, 1000)
    900.0
    """
    return treated * control / (treated + control)


def variance_of(effect: Effect) -> float:
    """Give the variance that the running sum of an effect has gathered, in squared units.

    Raises
    ------
    BadInput
        where an arm has fewer than 100 customers.

    Examples
    --------
    >>> from regulars.engine.uplift.rates import difference_of_rates
    >>> round(variance_of(difference_of_rates(treated=(50, 100), control=(50, 100))), 6)
    12.5
    """
    fewest = min(effect.treated_n, effect.control_n)
    if fewest < FEWEST:
        raise BadInput(
            f"The smaller arm has {fewest} customers so far; the first look takes "
            f"{FEWEST}. Look again later."
        )
    return weight_of(effect.treated_n, effect.control_n) ** 2 * effect.standard_error**2


def decision(low: float, high: float) -> str | None:
    """Say on which side of 0 an interval lies, null where on both.

    Examples
    --------
    >>> decision(0.1, 0.2), decision(-0.1, 0.2)
    ('higher', None)
    """
    if low > 0:
        return "higher"
    return "lower" if high < 0 else None
