"""The base as a whole, counted from its customers: what a first page shows."""

from __future__ import annotations

from collections import Counter
from math import fsum
from typing import Any

import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.evaluate.backtest import Quality
from regulars.engine.measures.concentration import AbcCuts, Pareto
from regulars.engine.scores import Parts

MARKS = ("stage", "rfm", "rfm_type", "rfm_cell", "abc_class")


def marks(customers: ir.Table) -> list[dict[str, Any]]:
    """Count customers and value by all marks together: a few thousand rows, one reading."""
    by = customers.group_by(*MARKS).agg(
        customers=customers.count(),
        value=customers.value.sum(),
        net_spend=customers.net_spend.sum(),
        earned=(customers.contribution_12 + customers.cost_to_serve_12).sum(),
        margin=customers.clv_12.sum(),
    )
    return list(by.order_by(*MARKS).to_pyarrow().to_pylist())


def counts(marked: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Count customers per stage, RFM score, type and cell, from `marks`."""
    return {name: _count(marked, name) for name in ("stage", "rfm", "rfm_type", "rfm_cell")}


def _count(marked: list[dict[str, Any]], column: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in marked:
        if row[column] is not None:
            found[row[column]] += row["customers"]
    return dict(sorted(found.items()))


def abc(marked: list[dict[str, Any]], classes: AbcCuts) -> dict[str, Any]:
    """Count customers and value per class, and say from which value each begins."""
    cuts = {"A": _finite(classes.a), "B": _finite(classes.b)}
    return {name: _class(marked, name) for name in ("A", "B", "C")} | {"from": cuts}


def _class(marked: list[dict[str, Any]], name: str) -> dict[str, Any]:
    rows = [row for row in marked if row["abc_class"] == name]
    return {
        "customers": sum(row["customers"] for row in rows),
        "value": _sum(rows, "value"),
        "net_spend": _sum(rows, "net_spend"),
    }


def _sum(rows: list[dict[str, Any]], column: str) -> float:
    return fsum(row[column] for row in rows if row[column] is not None)


def _finite(value: float) -> float | None:
    return value if value != float("inf") else None


def totals_of(marked: list[dict[str, Any]], parts: Parts, curve: Pareto) -> dict[str, Any]:
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
    totals: dict[str, Any] = {
        "customers": sum(row["customers"] for row in marked),
        "active_customers": buyers,
        "orders": int(row["orders"] or 0),
        "revenue": round(row["revenue"] or 0.0, 2),
        "gross_revenue": round(row["gross_revenue"] or 0.0, 2),
        "top20_share": curve.top20_share,
        "gini": curve.gini,
        "repeat_rate": row["again"] / buyers if buyers else 0.0,
    }
    if parts.with_balances:
        aum = first_row(parts.base.agg(aum=parts.base.aum.sum()))["aum"]
        totals["aum"] = round(aum or 0.0, 2)
    if parts.basis.value == "aum":
        # What passes through accounts is not what the bank earns.
        totals["turnover"] = totals["revenue"]
        totals["revenue"] = totals["gross_revenue"] = round(_sum(marked, "earned"), 2)
    return totals


def next_year(marked: list[dict[str, Any]], parts: Parts, quality: Quality) -> dict[str, Any]:
    """Forecast the base: the spread of chance and the error the back-test saw, together.

    `margin` is the sum of clv_12. The revenue of a bank is that margin; of others, net sales.
    """
    if parts.ahead is None:
        return {"months": 12, "purchases": None, "revenue": None}
    table = parts.foreseen
    row = first_row(
        table.agg(
            purchases=table.expected_12.sum(),
            revenue=(table.expected_12 * table.expected_spend).sum(),
            variance=table.variance_12.sum(),
        )
    )
    purchases, revenue = row["purchases"] or 0.0, row["revenue"] or 0.0
    margin = _sum(marked, "margin")
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
