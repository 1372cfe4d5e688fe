"""sBG: contracts and policies that are renewed or not, and what one of them is worth.

At each renewal date a customer leaves with his own chance theta ~ Beta(alpha, beta) (Fader &
Hardie 2007). Those prone to leave go first, so that the retention of a cohort rises with age
although nobody changes:

    S(t) = B(alpha, beta + t) / B(alpha, beta),    r(t) = (beta+t-1) / (alpha+beta+t-1)

A constant rate takes the mean of newcomers for everybody and undervalues old customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import betaln, digamma, polygamma

from regulars.base.errors import BadInput
from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.lifetimes import Ints, Lifetimes
from regulars.engine.models.newton import Floats, climb, conclude

NAMES = ("alpha", "beta")
FEWEST_CONTRACTS = 20
FEWEST_DATES = 2
# alpha + beta above this: chances to leave differ by a point or two, and the data say no more
# than that all customers are alike and retention does not rise.
ALIKE = 1000.0
NEGLIGIBLE = 37.0  # e^-37 is below the sixteenth digit


@dataclass(frozen=True)
class ContractModel:
    """Shifted-beta-geometric; time in periods between renewal dates.

    Attributes
    ----------
    name
        `sbg`.

    References
    ----------
    Fader & Hardie (2007), "How to Project Customer Retention", Journal of Interactive
    Marketing 21(1); (2010), "Customer-Base Valuation in a Contractual Setting: The Perils of
    Ignoring Heterogeneity", Marketing Science 29(1).

    Examples
    --------
    >>> fitted = SBG.fit(Lifetimes.of_survivors([1000, 869, 743, 653, 593, 551, 517, 491]))
    >>> [round(value, 3) for value in fitted.parameters.values()]
    [0.668, 3.806]
    >>> SBG.survival(fitted, [1, 2, 3, 4, 5]).round(2).tolist()
    [0.85, 0.75, 0.67, 0.61, 0.56]
    """

    name: str = "sbg"

    def fit(self, lifetimes: Lifetimes) -> Fitted:
        """Find the parameters under which these ends are likeliest.

        Both parameters are reported at the boundary where customers show no difference:
        retention is then one constant, and their ratio alone counts.

        Raises
        ------
        NoFit
            with fewer than 20 contracts, without ends, without renewals, or where only one
            renewal date was seen (one rate cannot tell how rates differ).
        """
        _require(lifetimes)
        summit = climb(
            partial(_likelihood, lifetimes),
            start=np.array([1.0, 2.0]),
            lowest=np.full(2, 1e-4),
            highest=np.full(2, 1e5),
        )
        alike = summit.parameters.sum() > ALIKE
        return conclude(
            summit,
            model=self.name,
            names=NAMES,
            customers=lifetimes.total,
            unit="period",
            edges=NAMES if alike else None,
        )

    def survival(self, fitted: Fitted, age: object) -> Floats:
        """Give S(t), the share of a cohort that is still there after t dates, 0-1."""
        alpha, beta = (fitted.parameters[name] for name in NAMES)
        t = np.asarray(age, dtype=np.float64)
        return np.asarray(np.exp(betaln(alpha, beta + t) - betaln(alpha, beta)))

    def retention(self, fitted: Fitted, date: object) -> Floats:
        """Give r(t), the share that renews at date t of those who came to it, 0-1."""
        alpha, beta = (fitted.parameters[name] for name in NAMES)
        t = np.asarray(date, dtype=np.float64)
        return np.asarray((beta + t - 1.0) / (alpha + beta + t - 1.0))

    def residual(
        self,
        fitted: Fitted,
        age: object,
        *,
        discount_rate: float,
        due: float = 0.0,
        horizon: int | None = None,
    ) -> Floats:
        """Give the discounted expected residual lifetime (DERL): payments still to come.

        Parameters
        ----------
        age
            Renewals so far, one per customer. He stands before the next date.
        discount_rate
            Per period.
        due
            Periods until the next date, >= 0; 0 is today (as published), 1 just renewed.
        horizon
            Dates to look ahead; None looks as far as discounting leaves anything.

        Raises
        ------
        BadInput
            without a horizon where nothing is discounted: the sum may be infinite.
        """
        ages, at = np.unique(np.asarray(age, dtype=np.int64), return_inverse=True)
        steps = np.arange(1, dates_ahead(discount_rate, horizon) + 1, dtype=np.int64)
        chances = self.further(fitted, ages, steps)
        worth = chances @ (1.0 + discount_rate) ** -(steps - 1.0 + due)
        return np.asarray(worth[at])

    def further(self, fitted: Fitted, ages: Ints, steps: Ints) -> Floats:
        """Give S(n + j) / S(n), the chance of j more renewals; ages n times steps j."""
        alpha, beta = (fitted.parameters[name] for name in NAMES)
        now = betaln(alpha, beta + ages)[:, None]
        return np.asarray(np.exp(betaln(alpha, beta + ages[:, None] + steps) - now))


SBG = ContractModel()


def dates_ahead(discount_rate: float, horizon: int | None) -> int:
    """Give how many dates are looked at: the horizon, or until nothing is left.

    Raises
    ------
    BadInput
        without a horizon where nothing is discounted.
    """
    if horizon is not None:
        return horizon
    if discount_rate <= 0:
        raise BadInput(
            f"At a discount rate of {discount_rate} the value may be infinite. Give a horizon, "
            "or a rate above 0."
        )
    return int(np.ceil(NEGLIGIBLE / np.log1p(discount_rate)))


def _require(lifetimes: Lifetimes) -> None:
    if lifetimes.total < FEWEST_CONTRACTS:
        raise NoFit(
            f"{lifetimes.total} contracts are too few to learn from; bring at least "
            f"{FEWEST_CONTRACTS}."
        )
    if lifetimes.ended.sum() == 0:
        raise NoFit("No contract has ended yet, so nobody knows how long they last.")
    if len(lifetimes.ended) <= FEWEST_DATES:
        raise NoFit(
            "Only the first renewal date was seen; how retention changes with age can be "
            "learned from the second on."
        )


def _likelihood(lifetimes: Lifetimes, parameters: Floats) -> tuple[float, Floats, Floats]:
    alpha, beta = parameters
    ended = lifetimes.ended[1:].astype(np.float64)
    kept = lifetimes.kept.astype(np.float64)
    t, age = np.arange(1.0, len(ended) + 1), np.arange(float(len(kept)))
    n = float(ended.sum() + kept.sum())
    height = ended @ betaln(alpha + 1, beta + t - 1) + kept @ betaln(alpha, beta + age)
    # Ended at t: B(alpha + 1, beta + t - 1); kept after t: B(alpha, beta + t). So beta meets
    # t - 1 of the ended and t of the kept, alpha + beta meets t of both.
    one, stayed, both = ended.sum(), np.append(ended, 0.0) + kept, alpha + beta
    slope = np.array(
        [
            one * (digamma(alpha + 1) - digamma(alpha)),
            stayed @ digamma(beta + age) - n * digamma(beta),
        ]
    )
    slope += n * digamma(both) - ended @ digamma(both + t) - kept @ digamma(both + age)
    curve = n * polygamma(1, both)
    curve -= ended @ polygamma(1, both + t) + kept @ polygamma(1, both + age)
    bend = np.full((2, 2), curve)
    bend[0, 0] += one * (polygamma(1, alpha + 1) - polygamma(1, alpha))
    bend[1, 1] += stayed @ polygamma(1, beta + age) - n * polygamma(1, beta)
    return float(height - n * betaln(alpha, beta)), slope, bend
