"""The history of every customer, added up in one pass over his days."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import Basis
from regulars.engine.ledger import EPOCH, Ledger, day_number
from regulars.engine.measures.visits import ordered_visits, stored_visits

# Ends of the windows of days: each row of money falls into one of them.
WINDOWS = (30, 90, 365, 730)


def histories(ledger: Ledger, bench: Workbench, *, as_of: date, basis: Basis) -> ir.Table:
    """Sum up each customer's history; customers who never were active have no row.

    From the transactions, or in one pass over the stored days. Customers whose days lie in
    several files or are of several kinds (few, where files follow each other in time and
    are brought together now and then) are put in order and added up again.

    Returns
    -------
    Table, one row per customer who was active (lazy)
        customer_id
        purchase_count : int32, >= 1, distinct orders
        purchase_days : int32, >= 1, distinct days with activity
        repeat_count : int32, >= 0, purchase_days - 1
        first_on, last_on : date, of activity
        days_since_last : int32, >= 0, from the last activity to `as_of`
        recency_age : int32, >= 0, from the first activity to the last (t_x)
        tenure_days : int32, >= 0, from the first activity to `as_of` (T)
        revenue : float64, amounts of activity before refunds
        mean_purchase : float64, mean per repeat day, null without one: what gamma-gamma
            takes (Fader & Hardie 2013)
        median_gap : float64, > 0, days between own active days, null under 3 of them
        comeback_gap : int32, longest gap that ended within `basis.new_days`, null if none
        log_gaps : float64, >= 0, sum of ln(gap in days): what the regularity of gaps takes
        net_spend : float64, revenue less refunds; below 0 where refunds exceed
        spend_30, spend_90, spend_365 : float64, net, the days up to and including `as_of`
        spend_prev_365 : float64, net, the year before those 365 days
        margin_365, fees_365 : float64
    """
    if ledger.days is None or len(basis.activity) > 1:
        rows = ordered_visits(ledger, as_of=as_of, basis=basis)
        return _columns(_sums(rows, as_of, basis), ledger, as_of=as_of, basis=basis)
    rows = stored_visits(ledger, as_of=as_of, basis=basis)
    sums = bench.keep(_sums(rows, as_of, basis))
    torn = sums.filter(sums.pieces > 1)
    if first_row(torn.agg(n=torn.count()))["n"]:
        few = ledger.of(torn)
        lines = ordered_visits(few, as_of=as_of, basis=basis)
        whole = sums.filter(sums.pieces <= 1)
        again = _sums(lines, as_of, basis).select(whole.columns)
        sums = whole.union(again.cast(dict(whole.schema().items())))
    return _columns(sums, ledger, as_of=as_of, basis=basis)


def _sums(rows: ir.Table, as_of: date, basis: Basis) -> ir.Table:
    today = day_number(as_of)
    rows = _masked(rows, basis)
    recent = rows.active_day > today - basis.new_days
    sums = {
        "pieces": rows.piece.count(),
        "gaps": rows.own_gap.count(),
        "first_day": rows.active_day.min(),
        "last_day": rows.active_day.max(),
        "gap": rows.own_gap.median(),
        "comeback_gap": _only(recent, rows.own_gap).max(),
        "log_gaps": rows.own_gap.ln().sum(),
        "first_sales": rows.opening_amount.sum(),
        "returned": rows.returned.sum(),
        "orders": rows.own_orders.sum(),
        "fees": _only(rows.day > today - 365, rows.fee).sum(),
        **_windows(rows, today),
        **_margin(rows, today, basis),
    }
    per = rows.group_by("customer_id").agg(**sums)
    return per.filter(per.pieces > 0)


def _only(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    return ibis.ifelse(condition, value, None)


def _masked(rows: ir.Table, basis: Basis) -> ir.Table:
    """Blank each column out where it does not count, once, for all sums of it.

    A fifth quicker than a condition on each sum.
    """
    active, refund = rows.active, rows.kind == "refund"
    return rows.mutate(
        piece=_only(active & rows.gap.isnull(), 1),
        own_gap=_only(active & (rows.gap > 0), rows.gap),
        active_day=_only(active, rows.day),
        opening_amount=_only(active & rows.opening, rows.amount),
        own_orders=_only(active, rows.orders),
        returned=_only(refund & ~active, rows.amount),
        fee=_only(rows.kind.isin(basis.fee_kinds), rows.amount),
        spent=_only(active | refund, rows.amount),
    )


def _windows(rows: ir.Table, today: int) -> dict[str, ir.Value]:
    sums: dict[str, ir.Value] = {}
    newest = 0
    for oldest in WINDOWS:
        within = (rows.day > today - oldest) & (rows.day <= today - newest)
        sums[f"money_{oldest}"] = _only(within, rows.spent).sum()
        newest = oldest
    sums["money_older"] = _only(rows.day <= today - newest, rows.spent).sum()
    return sums


def _margin(rows: ir.Table, today: int, basis: Basis) -> dict[str, ir.Value]:
    """Sum up the margin, where it is not simply a share of what was spent."""
    if _by_rate(rows, basis):
        return {}
    margin = rows.amount * basis.margin_rate
    if "cost" in rows.columns:
        bare = rows.amount - rows.costed
        margin = bare * basis.margin_rate + rows.costed - rows.cost
    traded = rows.kind.isin(["purchase", "refund"])
    return {"margin": _only(traded & (rows.day > today - 365), margin).sum()}


def _by_rate(rows: ir.Table, basis: Basis) -> bool:
    return "cost" not in rows.columns and {*basis.activity, "refund"} == {"purchase", "refund"}


def _columns(sums: ir.Table, ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    today = day_number(as_of)
    names = ("first_sales", "returned", "fees", *[f"money_{n}" for n in (*WINDOWS, "older")])
    sums = sums.mutate(**{name: sums[name].fill_null(0.0) for name in names})
    month, quarter = sums.money_30, sums.money_30 + sums.money_90
    year = quarter + sums.money_365
    net = year + sums.money_730 + sums.money_older
    margin = (
        sums.margin.fill_null(0.0) if "margin" in sums.columns else year * basis.margin_rate
    )
    sales, days = net - sums.returned, sums.gaps + 1
    repeat_sales = (sales - sums.first_sales) / float(ledger.scale)

    def money(value: ir.NumericValue) -> ir.FloatingValue:
        return (value / float(ledger.scale)).round(4)

    return sums.select(
        "customer_id",
        purchase_count=_int(sums.orders),
        purchase_days=_int(days),
        repeat_count=_int(sums.gaps),
        first_on=_date(sums.first_day),
        last_on=_date(sums.last_day),
        days_since_last=_int(today - sums.last_day),
        recency_age=_int(sums.last_day - sums.first_day),
        tenure_days=_int(today - sums.first_day),
        revenue=money(sales),
        mean_purchase=(repeat_sales / sums.gaps.nullif(0)).round(6),
        median_gap=ibis.ifelse(sums.gaps >= 2, sums.gap.cast("float64"), None),
        comeback_gap=_int(sums.comeback_gap),
        log_gaps=sums.log_gaps.fill_null(0.0).round(6),
        net_spend=money(net),
        spend_30=money(month),
        spend_90=money(quarter),
        spend_365=money(year),
        spend_prev_365=money(sums.money_730),
        margin_365=money(margin),
        fees_365=money(sums.fees),
    )


def _int(value: ir.NumericValue) -> ir.IntegerValue:
    return value.cast("int32")


def _date(day: ir.IntegerValue) -> ir.DateValue:
    # A date and an interval are a timestamp to the engine, though Ibis takes it for a date.
    moment = ibis.date(EPOCH) + day.cast("int32").as_interval("D")
    return moment.cast("timestamp").cast("date")
