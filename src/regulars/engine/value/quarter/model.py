"""The purchase model on the days of a sample: net money in the quarter after a cutoff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, facts, money
from regulars.engine.models import (
    MBG_NBD,
    Histories,
    NoFit,
    Spends,
    expected_spend,
    fit_gamma_gamma,
)
from regulars.engine.models.horizon import expected_purchases
from regulars.engine.models.newton import Floats
from regulars.engine.value.quarter.result import QUARTER


@dataclass(frozen=True)
class ActiveDays:
    """Days with activity of the sample, by customer and day."""

    customer: np.ndarray  # 0, 0, 1, ...
    day: np.ndarray
    sales: Floats
    net: Floats


def active_days(
    ledger: Ledger, sample: ir.Table | None, *, as_of: date, basis: Basis
) -> ActiveDays:
    known = facts(ledger, until=as_of)
    known = known.filter(known.kind.isin((*basis.activity, "refund")))
    if sample is not None:
        known = known.semi_join(sample, "customer_id")
    active = known.kind.isin(basis.activity)
    by = known.group_by("customer_id", "day").agg(
        sales=money(known.amount.sum(where=active).fill_null(0.0), ledger),
        net=money(known.amount.sum(), ledger),
        lines=active.cast("int64").sum(),
    )
    rows = by.order_by("customer_id", "day").to_pyarrow()
    ids = rows["customer_id"].combine_chunks().dictionary_encode()
    places = ids.indices.to_numpy()
    on = rows["lines"].to_numpy() > 0
    # A day of refunds only is money, not activity; its sales are nothing.
    return ActiveDays(
        places,
        rows["day"].to_numpy(),
        np.where(on, rows["sales"].to_numpy(), np.nan),
        rows["net"].to_numpy(),
    )


def expect_by_model(days: ActiveDays, cutoff: int) -> float | None:
    """Expect the sample's net money in the quarter after the cutoff; None without a fit."""
    seen = days.day <= cutoff
    on = seen & ~np.isnan(days.sales)
    if not on.any():
        return None
    customer, day, sales = days.customer[on], days.day[on], days.sales[on]
    starts = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    counts = np.diff(np.append(starts, len(customer)))
    first, last = day[starts], day[starts + counts - 1]
    repeats = counts - 1
    total = np.add.reduceat(sales, starts)
    mean = np.where(repeats > 0, (total - sales[starts]) / np.maximum(repeats, 1), np.nan)
    try:
        fitted = MBG_NBD.fit(Histories.of(repeats, last - first, cutoff - first))
    except NoFit:
        return None
    bought = expected_purchases(
        MBG_NBD, fitted, repeats, last - first, cutoff - first, weeks=QUARTER / 7.0
    )
    try:
        spend = expected_spend(fit_gamma_gamma(Spends.of(repeats, mean)), repeats, mean)
    except NoFit:
        spend = np.full(len(repeats), float(total.sum() / counts.sum()))
    gross = float(sales.sum())
    net = float(days.net[seen].sum()) / gross if gross > 0 else 1.0
    return float(bought @ spend) * min(max(net, 0.0), 1.0)
