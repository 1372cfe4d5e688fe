"""Histories by definition: windows over the days of each customer, slow and plain.

What `measures.histories` adds up in one pass must equal this.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.daily import known_days
from regulars.engine.ledger import EPOCH, Ledger, day_number, money

YEAR = 365


def totals(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Sum up the money of each customer, over all time and over the windows of days."""
    known, today = known_days(ledger, until=as_of), day_number(as_of)
    refund, fee = known.kind == "refund", known.kind.isin(basis.fee_kinds)
    spent = known.kind.isin(basis.activity) | refund
    traded = refund | (known.kind == "purchase")
    year = _within(known.day, today, YEAR)
    sums = {
        "net_spend": known.amount.sum(where=spent),
        "spend_30": known.amount.sum(where=spent & _within(known.day, today, 30)),
        "spend_90": known.amount.sum(where=spent & _within(known.day, today, 90)),
        "spend_365": known.amount.sum(where=spent & year),
        "spend_prev_365": known.amount.sum(
            where=spent & _within(known.day, today - YEAR, YEAR)
        ),
        "margin_365": _margin(known, basis).sum(where=traded & year),
        "fees_365": known.amount.sum(where=fee & year),
    }
    return known.group_by("customer_id").agg(
        **{name: money(value.fill_null(0.0), ledger) for name, value in sums.items()}
    )


def summarise(
    days: ir.Table, sums: ir.Table, orders: ir.Table | None, *, as_of: date, basis: Basis
) -> ir.Table:
    """Sum up each customer's history, as the columns of `histories` are defined."""
    wide = _rhythm(days, as_of=as_of, basis=basis)
    wide = wide.left_join(sums, "customer_id").drop("customer_id_right")
    if orders is not None:
        wide = wide.left_join(orders, "customer_id").drop("customer_id_right")
    else:
        wide = wide.mutate(orders=wide.purchase_days)
    today = day_number(as_of)
    repeats = wide.purchase_days - 1
    return wide.select(
        "customer_id",
        purchase_count=wide.orders.fill_null(wide.purchase_days),
        purchase_days=wide.purchase_days,
        repeat_count=repeats,
        first_on=_date(wide.first_day),
        last_on=_date(wide.last_day),
        days_since_last=today - wide.last_day,
        recency_age=wide.last_day - wide.first_day,
        tenure_days=today - wide.first_day,
        revenue=wide.sales.round(4),
        mean_purchase=((wide.sales - wide.first_sales) / repeats.nullif(0)).round(6),
        median_gap=ibis.ifelse(wide.purchase_days >= 3, wide.gap, None),
        comeback_gap=wide.comeback_gap,
        log_gaps=wide.log_gaps.fill_null(0.0),
        **{name: wide[name] for name in _SUMS},
    )


_SUMS = (
    *("net_spend", "spend_30", "spend_90", "spend_365", "spend_prev_365"),
    *("margin_365", "fees_365"),
)


def _rhythm(days: ir.Table, *, as_of: date, basis: Basis) -> ir.Table:
    today = day_number(as_of)
    known = days.filter(days.day <= today)
    order = ibis.window(group_by=known.customer_id, order_by=known.day)
    paced = known.mutate(gap=known.day - known.day.lag().over(order))
    return paced.group_by("customer_id").agg(
        purchase_days=paced.count(),
        first_day=paced.day.min(),
        last_day=paced.day.max(),
        sales=paced.sales.sum(),
        first_sales=paced.sales.sum(where=paced.gap.isnull()),
        gap=paced.gap.median().cast("float64"),
        comeback_gap=paced.gap.max(where=paced.day > today - basis.new_days),
        log_gaps=paced.gap.ln().sum(),
    )


def _within(day: ir.IntegerValue, last: int, length: int) -> ir.BooleanValue:
    return (day > last - length) & (day <= last)


def _margin(known: ir.Table, basis: Basis) -> ir.NumericValue:
    if "cost" not in known.columns:
        return known.amount * basis.margin_rate
    # The cost of a line is positive; a refund's goods come back with a negative cost.
    return (known.amount - known.costed) * basis.margin_rate + known.costed - known.cost


def _date(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date(EPOCH) + day.cast("int32").as_interval("D")).cast("date")
