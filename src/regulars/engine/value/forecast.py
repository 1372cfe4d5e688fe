"""What a forecast is made with: the models of purchases and of money, fitted together."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np

from regulars.engine.backends import first_row
from regulars.engine.models import DropoutModel, Fitted, NoFit, Spends, fit_gamma_gamma
from regulars.engine.models.histories import Histories

# Above this number the spends are binned by half a per cent; the likelihood then moves in
# its ninth digit and the fit stays within a second.
EXACT_SPENDS = 200_000
BINS_PER_LOG = 200.0


@dataclass(frozen=True)
class Forecaster:
    """All that is needed to look ahead: one frozen value.

    Attributes
    ----------
    model, fitted
        Of the purchases.
    spend
        Of the money, None where it could not be fitted.
    mean_purchase
        The company's own, for that case.
    net_ratio
        What refunds leave of sales, 0-1.
    discount_rate
        Yearly.
    """

    model: DropoutModel
    fitted: Fitted
    spend: Fitted | None
    mean_purchase: float
    net_ratio: float
    discount_rate: float


def histories_of(summary: ir.Table) -> Histories:
    """Bring the distinct histories of a summary to NumPy."""
    grouped = (
        summary.group_by("repeat_count", "recency_age", "tenure_days")
        .agg(customers=summary.count())
        .order_by("repeat_count", "recency_age", "tenure_days")
        .to_pyarrow()
    )
    x, last, age, customers = (each.to_numpy().astype(np.int64) for each in grouped.columns)
    gaps = first_row(summary.agg(total=summary.log_gaps.sum()))["total"]
    return Histories(x, last, age, customers, float(gaps or 0.0))


def spends_of(summary: ir.Table) -> Spends:
    """Bring the repeat buyers' mean spends to NumPy, binned where they are many."""
    paid = summary.filter((summary.repeat_count > 0) & (summary.mean_purchase > 0))
    if first_row(paid.agg(n=paid.count()))["n"] <= EXACT_SPENDS:
        rows = paid.select("repeat_count", "mean_purchase")
        rows = rows.order_by("repeat_count", "mean_purchase").to_pyarrow()
        return Spends.of(rows["repeat_count"].to_numpy(), rows["mean_purchase"].to_numpy())
    logs = paid.mean_purchase.ln()
    binned = paid.mutate(log_mean=logs, bin=(logs * BINS_PER_LOG).floor().cast("int64"))
    rows = (
        binned.group_by("repeat_count", "bin")
        .agg(
            mean=binned.mean_purchase.mean(),
            log_mean=binned.log_mean.mean(),
            customers=binned.count(),
        )
        .order_by("repeat_count", "bin")
        .to_pyarrow()
    )
    columns = ("repeat_count", "mean", "log_mean", "customers")
    return Spends(*[rows[name].to_numpy().astype(np.float64) for name in columns])


def forecaster(
    summary: ir.Table, *, model: DropoutModel, fitted: Fitted, discount_rate: float
) -> tuple[Forecaster, str | None]:
    """Fit the spend and put the models together; the second value says what is missing."""
    spend, missing = None, None
    try:
        spend = fit_gamma_gamma(spends_of(summary))
    except NoFit as reason:
        missing = str(reason)
    totals = summary.agg(
        sales=summary.revenue.sum(),
        net=summary.net_spend.sum(),
        days=summary.purchase_days.sum(),
    )
    row = first_row(totals)
    sales, days = row["sales"] or 0.0, row["days"] or 0
    net_ratio = min(1.0, max(0.0, row["net"] / sales)) if sales > 0 else 1.0
    mean = sales / days if days else 0.0
    return Forecaster(model, fitted, spend, mean, net_ratio, discount_rate), missing
