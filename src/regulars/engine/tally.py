"""The base as a whole, counted from its customers: what a first page shows."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.evaluate.backtest import Quality
from regulars.engine.measures.concentration import AbcCuts, Pareto
from regulars.engine.scores import Parts


def counts(customers: ir.Table) -> dict[str, dict[str, int]]:
    """Count customers per stage, RFM score, type and cell."""
    return {name: _count(customers, name) for name in ("stage", "rfm", "rfm_type", "rfm_cell")}


def _count(customers: ir.Table, column: str) -> dict[str, int]:
    known = customers.filter(customers[column].notnull())
    rows = known.group_by(column).agg(n=known.count()).order_by(column).to_pyarrow().to_pylist()
    return {row[column]: row["n"] for row in rows}


def abc(customers: ir.Table, classes: AbcCuts) -> dict[str, Any]:
    """Count customers and value per class, and say from which value each begins."""
    by = customers.group_by("abc_class").agg(
        customers=customers.count(),
        value=customers.value.sum(),
        net_spend=customers.net_spend.sum(),
    )
    rows = {row.pop("abc_class"): row for row in by.to_pyarrow().to_pylist()}
    nobody = {"customers": 0, "value": 0.0, "net_spend": 0.0}
    cuts = {"A": _finite(classes.a), "B": _finite(classes.b)}
    return {name: rows.get(name, nobody) for name in ("A", "B", "C")} | {"from": cuts}


def _finite(value: float) -> float | None:
    return value if value != float("inf") else None


def totals_of(customers: ir.Table, parts: Parts, curve: Pareto) -> dict[str, Any]:
    """Sum up the base; see `Valuation.summary`."""
    summary = parts.summary
    row = first_row(
        summary.agg(
            orders=summary.purchase_count.sum(),
            revenue=summary.net_spend.sum(),
            gross_revenue=summary.revenue.sum(),
            buyers=summary.count(),
            again=(summary.purchase_count >= 2).cast("int64").sum(),
        )
    )
    buyers = row["buyers"]
    earned = customers.contribution_12 + customers.cost_to_serve_12
    over_all = first_row(customers.agg(n=customers.count(), earned=earned.sum()))
    totals: dict[str, Any] = {
        "customers": over_all["n"],
        "active_customers": buyers,
        "orders": int(row["orders"] or 0),
        "revenue": round(row["revenue"] or 0.0, 2),
        "gross_revenue": round(row["gross_revenue"] or 0.0, 2),
        "top20_share": curve.top20_share,
        "gini": curve.gini,
        "repeat_rate": row["again"] / buyers if buyers else 0.0,
    }
    if parts.balances is not None:
        aum = first_row(parts.balances.agg(aum=parts.balances.aum.sum()))["aum"]
        totals["aum"] = round(aum or 0.0, 2)
    if parts.basis.value == "aum":
        # What passes through accounts is not what the bank earns.
        totals["turnover"] = totals["revenue"]
        totals["revenue"] = totals["gross_revenue"] = round(over_all["earned"] or 0.0, 2)
    return totals


def next_year(customers: ir.Table, parts: Parts, quality: Quality) -> dict[str, Any]:
    """Forecast the base: the spread of chance and the error the back-test saw, together.

    `margin` is the sum of clv_12. The revenue of a bank is that margin; of others, net sales.
    """
    if parts.forecast is None:
        return {"months": 12, "purchases": None, "revenue": None}
    table = parts.forecast
    row = first_row(
        table.agg(
            purchases=table.expected_12.sum(),
            revenue=(table.expected_12 * table.expected_spend).sum(),
            variance=table.variance_12.sum(),
        )
    )
    purchases, revenue = row["purchases"] or 0.0, row["revenue"] or 0.0
    margin = first_row(customers.agg(margin=customers.clv_12.sum()))["margin"] or 0.0
    if parts.basis.value == "aum":
        revenue = margin
    chance = 1.2816 * row["variance"] ** 0.5 / purchases if purchases > 0 else 0.0
    seen = 0.0
    if quality.purchases is not None:
        seen = quality.purchases["model"].total_error or 0.0
    part = min(1.0, (chance**2 + seen**2) ** 0.5)
    return {
        "months": 12,
        "purchases": purchases,
        "purchases_low": purchases * (1 - part),
        "purchases_high": purchases * (1 + part),
        "revenue": revenue,
        "revenue_low": revenue * (1 - part),
        "revenue_high": revenue * (1 + part),
        "margin": margin,
        "range": "80 % by chance, widened by the total error of the back-test",
        "backtest_total_error": seen if quality.purchases is not None else None,
    }
