"""What each customer did: per day first, then one row per customer."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import EPOCH, Ledger, day_number, facts, money

YEAR = 365


def daily_activity(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Sum up what each customer did on each day.

    Returns
    -------
    Table, one row per customer and day with activity, refund or fee (lazy)
        customer_id; day : int64, days since 1970-01-01
        rows : int64, lines of activity; 0 where the day saw only refunds or fees
        sales : float64, amounts of activity
        refunds : float64, <= 0 as a rule
        margin : float64, of purchases less refunds; the row's own cost where it names one
        fees : float64
    """
    known = facts(ledger, until=as_of)
    active = known.kind.isin(basis.activity)
    refund, fee = known.kind == "refund", known.kind.isin(basis.fee_kinds)
    traded = refund | (known.kind == "purchase")
    return (
        known.filter(active | refund | fee)
        .group_by("customer_id", "day")
        .agg(
            rows=active.cast("int64").sum(),
            sales=_sum(known.amount, active, ledger),
            refunds=_sum(known.amount, refund, ledger),
            margin=_sum(_margin(known, basis), traded, ledger),
            fees=_sum(known.amount, fee, ledger),
        )
    )


def order_counts(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table | None:
    """Count distinct orders per customer; None where the ledger names no orders.

    Lines without an order id count as one order per day.
    """
    if "order_id" not in ledger.transactions.columns:
        return None
    known = facts(ledger, until=as_of)
    active = known.filter(known.kind.isin(basis.activity))
    return active.group_by("customer_id").agg(
        orders=active.order_id.nunique()
        + active.day.nunique(where=active.order_id.isnull()).fill_null(0)
    )


def summarise(
    days: ir.Table, orders: ir.Table | None, *, as_of: date, basis: Basis
) -> ir.Table:
    """Sum up each customer's history; customers who never were active have no row.

    Parameters
    ----------
    days
        From `daily_activity`; days after `as_of` do not exist.
    orders
        From `order_counts`; None counts days.

    Returns
    -------
    Table, one row per customer (lazy)
        customer_id
        purchase_count : int64, >= 1, distinct orders
        purchase_days : int64, >= 1, distinct days with activity
        repeat_count : int64, >= 0, purchase_days - 1
        first_on, last_on : date, of activity
        days_since_last : int64, >= 0, from the last activity to `as_of`
        recency_age : int64, >= 0, from the first activity to the last (t_x)
        tenure_days : int64, >= 0, from the first activity to `as_of` (T)
        revenue : float64, amounts of activity before refunds
        net_spend : float64, the same less refunds; below 0 where refunds exceed
        mean_purchase : float64, mean per repeat day, null without one: what gamma-gamma
            takes (Fader & Hardie 2013)
        median_gap : float64, > 0, days between own active days, null under 3 of them
        comeback_gap : int64, longest gap that ended within `basis.new_days`, null if none
        spend_30, spend_90, spend_365 : float64, net, the days up to and including `as_of`
        spend_prev_365 : float64, net, the year before those 365 days
        margin_365, fees_365 : float64
    """
    today = day_number(as_of)
    known = days.filter(days.day <= today)
    bought = known.filter(known.rows > 0)
    order = ibis.window(group_by=bought.customer_id, order_by=bought.day)
    paced = bought.mutate(gap=bought.day - bought.day.lag().over(order))
    per = paced.group_by("customer_id").agg(
        purchase_days=paced.count(),
        first_day=paced.day.min(),
        last_day=paced.day.max(),
        sales=paced.sales.sum(),
        first_sales=paced.sales.sum(where=paced.gap.isnull()),
        gap=paced.gap.median().cast("float64"),
        comeback_gap=paced.gap.max(where=paced.day > today - basis.new_days),
    )
    return _shape(per, _windows(known, today), orders, as_of=as_of)


def _shape(
    per: ir.Table, windows: ir.Table, orders: ir.Table | None, *, as_of: date
) -> ir.Table:
    today = day_number(as_of)
    wide = per.left_join(windows, "customer_id").drop("customer_id_right")
    if orders is not None:
        wide = wide.left_join(orders, "customer_id").drop("customer_id_right")
    else:
        wide = wide.mutate(orders=wide.purchase_days)
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
        net_spend=(wide.sales + wide.refunds).round(4),
        mean_purchase=((wide.sales - wide.first_sales) / repeats.nullif(0)).round(6),
        median_gap=ibis.ifelse(wide.purchase_days >= 3, wide.gap, None),
        comeback_gap=wide.comeback_gap,
        **{name: wide[name].round(4) for name in _WINDOWS},
    )


_WINDOWS = ("spend_30", "spend_90", "spend_365", "spend_prev_365", "margin_365", "fees_365")


def _windows(known: ir.Table, today: int) -> ir.Table:
    net = known.sales + known.refunds
    return known.group_by("customer_id").agg(
        refunds=known.refunds.sum(),
        spend_30=_within(net, known.day, today, 30),
        spend_90=_within(net, known.day, today, 90),
        spend_365=_within(net, known.day, today, YEAR),
        spend_prev_365=_within(net, known.day, today - YEAR, YEAR),
        margin_365=_within(known.margin, known.day, today, YEAR),
        fees_365=_within(known.fees, known.day, today, YEAR),
    )


def _within(
    value: ir.FloatingValue, day: ir.IntegerValue, last: int, length: int
) -> ir.FloatingValue:
    return value.sum(where=(day > last - length) & (day <= last)).fill_null(0.0)


def _sum(value: ir.NumericValue, where: ir.BooleanValue, ledger: Ledger) -> ir.FloatingValue:
    return money(value.sum(where=where).fill_null(0), ledger)


def _margin(known: ir.Table, basis: Basis) -> ir.NumericValue:
    by_rate = known.amount.cast("float64") * basis.margin_rate
    if "cost" not in known.columns:
        return by_rate
    # The cost of a line is positive; a refund's goods come back with a negative cost.
    return ibis.coalesce((known.amount - known.cost).cast("float64"), by_rate)


def _date(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date(EPOCH) + day.cast("int32").as_interval("D")).cast("date")


def span_days(days: ir.Table) -> tuple[date, date] | None:
    """Give the first and last day with activity; None where there is none."""
    row = days.filter(days.rows > 0).agg(first=days.day.min(), last=days.day.max())
    first, last = row.to_pyarrow().to_pylist()[0].values()
    if first is None:
        return None
    return EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)
