"""A randomised experiment whose true effect on each customer is known.

Customers buy at rates of their own. An action adds `extra` purchases per contacted customer
on average; it adds more where the customer orders online and less where he buys often anyway
(so that choosing the best customers chooses the wrong ones), and takes some away from those
whom it annoys. Whoever is assigned is contacted with a chance that rises with past
purchases, because people call the customers they like: contacted against held out is a biased
comparison here, as it is in life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.base.errors import BadInput
from regulars.engine.synthetic.columns import Bools, Floats, Ints, Ragged

PAST_DAYS = 182
FEATURES = ("past_spend", "past_purchases", "days_since_last", "tenure_days", "online")
METRICS = ("purchases", "bought", "spend")


@dataclass(frozen=True)
class Experiment:
    """What a company sees, and the truth behind it; rows in the order of `customer_id`.

    Attributes
    ----------
    customers
        `customer_id` int64, `arm` string (treated, control), `contacted` int64 0/1; known
        before the start: `past_spend` float64 (182 days), `past_purchases` int64,
        `days_since_last` int64 (0-182, 182 also where none), `tenure_days` int64, `online`
        int64 0/1; outcomes: `purchases` int64, `bought` int64 0/1, `spend` float64.
    purchases
        One row per purchase during the experiment: `customer_id` int64, `day` int64 from 1,
        `amount` float64.
    truth
        `customer_id`, `would_contact` int64 0/1 (contacted if assigned), `purchases`,
        `bought`, `spend` float64: the expected effect of being *assigned*.
    """

    customers: pa.Table
    purchases: pa.Table
    truth: pa.Table

    def effect(self, metric: str) -> float:
        """Give the true mean effect of the assignment on `purchases`, `bought` or `spend`."""
        return float(pc.mean(self.truth[metric]).as_py())

    def complier_effect(self, metric: str) -> float:
        """Give the true mean effect on those whom an assignment has contacted."""
        reached = self.truth["would_contact"].to_numpy() == 1
        return float(self.truth[metric].to_numpy()[reached].mean())

    def features(self) -> Floats:
        """Give what was known before the start, shape (customers, 5), as in FEATURES."""
        return np.stack(
            [self.customers[name].to_numpy().astype(np.float64) for name in FEATURES], axis=1
        )


def experiment(
    customers: int,
    *,
    seed: int,
    holdout: float = 0.5,
    extra: float = 0.0,
    spread: float = 0.0,
    contacted: float = 1.0,
    days: int = 56,
) -> Experiment:
    """Draw an experiment; the same arguments give the same one.

    Parameters
    ----------
    customers
        Above 0.
    seed
        Of the random numbers.
    holdout
        Share held out, between 0 and 1.
    extra
        Purchases that a contact adds on average over the experiment; 0 is an A/A test.
        (Without it a customer makes 1.1 purchases in 56 days, and 45 % buy.)
    spread
        Standard deviation of that between customers, in multiples of `extra`; 0 adds the
        same to everybody.
    contacted
        Share of the assigned who are contacted, above 0 up to 1.
    days
        Length of the experiment.

    Returns
    -------
    Experiment

    Raises
    ------
    BadInput
        where a share is out of range.

    Examples
    --------
    >>> drawn = experiment(1000, seed=1, extra=0.2, spread=1.0)
    >>> drawn.customers.num_rows, round(drawn.effect("purchases"), 2)
    (1000, 0.2)
    """
    if not 0 < holdout < 1 or not 0 < contacted <= 1 or customers < 1 or days < 1:
        raise BadInput(
            f"{customers} customers, {days} days, a holdout of {holdout} and contacts of "
            f"{contacted} make no experiment; give shares between 0 and 1."
        )
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.8, 0.025, customers)
    ticket = np.exp(rng.normal(3.4, 0.5, customers))
    past = rng.poisson(rate * PAST_DAYS)
    online = (rng.random(customers) < 0.4).astype(np.int64)
    lean = 0.8 * _standard(online) - 0.6 * _standard(np.log1p(past))
    would = rng.random(customers) < np.clip(contacted * (0.4 + _low_to_high(past) * 1.2), 0, 1)
    would |= contacted == 1.0
    change = np.where(would, np.maximum(extra * (1 + spread * lean), -rate * days), 0.0)
    treated = rng.random(customers) >= holdout
    bought = _purchases(rng, rate * days, np.where(treated, change, 0.0))
    ids = np.arange(1, customers + 1, dtype=np.int64)
    rows = Ragged.of(bought)
    amounts = _amounts(rng, ticket[rows.owner])
    return Experiment(
        customers=pa.table(
            {
                "customer_id": ids,
                "arm": np.where(treated, "treated", "control"),
                "contacted": (treated & would).astype(np.int64),
                "past_spend": _spent(rng, past, ticket),
                "past_purchases": past,
                "days_since_last": _since(rng, past),
                "tenure_days": rng.integers(PAST_DAYS, 2000, customers),
                "online": online,
                "purchases": bought,
                "bought": (bought > 0).astype(np.int64),
                "spend": np.bincount(rows.owner, amounts, minlength=customers).round(2),
            }
        ),
        purchases=pa.table(
            {
                "customer_id": ids[rows.owner],
                "day": rng.integers(1, days + 1, len(amounts)),
                "amount": amounts,
            }
        ),
        truth=_truth(ids, would, rate * days, change, ticket),
    )


def _purchases(rng: np.random.Generator, usual: Floats, change: Floats) -> Ints:
    kept = np.clip(1 + np.minimum(change, 0.0) / np.maximum(usual, 1e-12), 0.0, 1.0)
    own = rng.binomial(rng.poisson(usual), kept)
    return np.asarray(own + rng.poisson(np.maximum(change, 0.0)), dtype=np.int64)


def _truth(ids: Ints, would: Bools, usual: Floats, change: Floats, ticket: Floats) -> pa.Table:
    return pa.table(
        {
            "customer_id": ids,
            "would_contact": would.astype(np.int64),
            "purchases": change,
            "bought": np.exp(-usual) - np.exp(-(usual + change)),
            "spend": change * ticket,
        }
    )


def _amounts(rng: np.random.Generator, ticket: Floats) -> Floats:
    amounts: Floats = np.round(ticket * rng.gamma(3.0, 1 / 3.0, len(ticket)), 2)
    return amounts


def _spent(rng: np.random.Generator, counts: Ints, ticket: Floats) -> Floats:
    spent: Floats = np.round(ticket * rng.gamma(np.maximum(3.0 * counts, 1e-9), 1 / 3.0), 2)
    return spent


def _since(rng: np.random.Generator, past: Ints) -> Ints:
    """Draw the days since the last of `past` purchases spread evenly over the past."""
    last = rng.random(len(past)) ** (1.0 / np.maximum(past, 1))
    days = (PAST_DAYS * (1 - last)).astype(np.int64)
    return np.asarray(np.where(past > 0, days, PAST_DAYS))


def _standard(values: Floats | Ints) -> Floats:
    off = (values - values.mean()) / max(float(values.std()), 1e-12)
    return np.asarray(off, dtype=np.float64)


def _low_to_high(values: Ints) -> Floats:
    """Place values between 0 and 1 by rank, equal ones alike."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(sizes) - sizes / 2
    return np.asarray(middle[group] / len(values), dtype=np.float64)
