"""What a model of purchases expects each customer to bring: the classic way to look ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.engine.models import (
    PARETO_NBD,
    Fitted,
    Histories,
    NoFit,
    Spends,
    expected_spend,
    fit_gamma_gamma,
)
from regulars.engine.models.histories import DAYS_PER_WEEK
from regulars.engine.models.horizon import expected_purchases
from regulars.engine.ranking.snapshots import Floats, Snapshot

# Customers the models are fitted on: for the amounts, and for orders alone, which do not mind
# a level that is off by a few per cent.
MOST_HISTORIES, MOST_OF_TRIALS = 25_000, 12_000


@dataclass(frozen=True)
class Expectation:
    """Pareto/NBD for the purchases, gamma-gamma for the money, fitted on one snapshot.

    Of the models of purchases Pareto/NBD orders customers best on five of six public sets.

    Attributes
    ----------
    purchases, spend
        None where they could not be fitted; then the own pace, and the mean purchase, stand
        in.
    mean_purchase
        Of the company.
    net_ratio
        What refunds leave of sales, 0-1.
    """

    purchases: Fitted | None
    spend: Fitted | None
    mean_purchase: float
    net_ratio: float

    @classmethod
    def fit(cls, snapshot: Snapshot, *, most: int = MOST_HISTORIES) -> Expectation:
        """Fit to at most so many customers of a snapshot."""
        x, last, age, mean = _histories(snapshot)
        bought = _thinned(np.flatnonzero(age >= 0), most)
        sales = snapshot.column("mean_basket") * snapshot.column("purchase_days")
        total, net = np.nansum(sales), np.nansum(snapshot.column("net_spend"))
        return cls(
            purchases=_purchases(x[bought], last[bought], age[bought]),
            spend=_spend(x[bought], mean[bought]),
            mean_purchase=float(total / max(snapshot.column("purchase_days").sum(), 1.0)),
            net_ratio=float(np.clip(net / total, 0.0, 1.0)) if total > 0 else 1.0,
        )

    def money(self, snapshot: Snapshot, *, days: float) -> Floats:
        """Expect the net money of the next `days`; 0 for who never was active."""
        x, last, age, mean = _histories(snapshot)
        bought = age >= 0
        answer = np.zeros(len(x))
        counts = self._counts(x[bought], last[bought], age[bought], days)
        per = np.full(len(counts), self.mean_purchase)
        if self.spend is not None:
            per = expected_spend(self.spend, x[bought], mean[bought])
        answer[bought] = counts * per * self.net_ratio
        return answer

    def _counts(self, x: Floats, last: Floats, age: Floats, days: float) -> Floats:
        if self.purchases is None or len(x) == 0:
            return np.asarray((x + 1) / (age + 30.0) * days)
        return expected_purchases(
            PARETO_NBD, self.purchases, x, last, age, weeks=days / DAYS_PER_WEEK
        )


def _histories(snapshot: Snapshot) -> tuple[Floats, Floats, Floats, Floats]:
    """Repeats, age at the last purchase, age (-1: never active), mean repeat purchase."""
    days = snapshot.column("purchase_days")
    age = np.nan_to_num(snapshot.column("tenure_days"), nan=-1.0)
    last = age - np.nan_to_num(snapshot.column("days_since_last"))
    repeats = np.maximum(days - 1, 0.0)
    sales = snapshot.column("mean_basket") * days - snapshot.column("first_basket")
    mean = np.divide(sales, repeats, out=np.zeros_like(sales), where=repeats > 0)
    # What sums of money leave behind their last digit is no purchase.
    return repeats, last, age, np.round(np.nan_to_num(mean), 4)


def _thinned(rows: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """Take rows evenly, so that any order of ids gives the same ones each time."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _purchases(x: Floats, last: Floats, age: Floats) -> Fitted | None:
    try:
        return PARETO_NBD.fit(Histories.of(x, last, age))
    except NoFit:
        return None


def _spend(x: Floats, mean: Floats) -> Fitted | None:
    try:
        return fit_gamma_gamma(Spends.of(x, mean))
    except NoFit:
        return None
