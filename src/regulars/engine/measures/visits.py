"""The days of each customer in their order: what a history is added up from.

Two ways lead here. The stored days of one file carry their gaps already; lines, and days
from several files, are put in order first.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.daily import known_days
from regulars.engine.ledger import Ledger, facts


def stored_visits(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Read the stored days as they are, trusting the gaps of their files.

    Right for a customer whose active days lie in one file and are of one kind; whoever has
    more than one row without a gap is not, see `ordered_visits`.

    Returns
    -------
    Table, one row per stored day of a kind that counts (lazy)
        customer_id; kind; day : int32; amount, cost, costed as in `daily`
        active : boolean, of a kind of `basis.activity`
        gap : int32, days since the active day before; 0 for more of the same day, null for
            the first
        opening : boolean, of the first active day
        orders : int32, that no row before has counted
    """
    days = _that_count(known_days(ledger, until=as_of), basis)
    return days.mutate(active=_active(days, basis), opening=days.gap.isnull())


def ordered_visits(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Put the stored days, or else the transactions, in order; columns as `stored_visits`."""
    if ledger.days is not None:
        return _days_in_order(_that_count(known_days(ledger, until=as_of), basis), basis)
    return _lines_in_order(_that_count(facts(ledger, until=as_of), basis), basis)


def _that_count(rows: ir.Table, basis: Basis) -> ir.Table:
    wanted = {*basis.activity, *basis.fee_kinds, "purchase", "refund"}
    return rows.filter(rows.kind.isin(sorted(wanted)))


def _active(rows: ir.Table, basis: Basis) -> ir.BooleanValue:
    return rows.kind.isin(basis.activity)


def _days_in_order(days: ir.Table, basis: Basis) -> ir.Table:
    rows = days.mutate(active=_active(days, basis), bare=days.unnamed > 0)
    # What has lines without an order id comes first within its day, so that they count as
    # one order of the day whatever the kinds and files they lie in.
    order = ibis.window(
        group_by=[rows.customer_id, rows.active], order_by=[rows.day, rows.bare.desc()]
    )
    rows = _with_gaps(rows, order)
    named = rows.orders - rows.bare.cast("int32")
    again = rows.gap == 0
    return rows.mutate(orders=named + (rows.bare & ~again.fill_null(False)).cast("int32"))


def _lines_in_order(known: ir.Table, basis: Basis) -> ir.Table:
    costs = ["cost"] if "cost" in known.columns else []
    names = ["order_id"] if "order_id" in known.columns else []
    rows = known.select("customer_id", "kind", "amount", *costs, *names, day="day")
    rows = rows.mutate(day=rows.day.cast("int32"), active=_active(rows, basis))
    keys = [rows.day, *[rows[name] for name in names]]
    order = ibis.window(group_by=[rows.customer_id, rows.active], order_by=keys)
    # All in one step, so that one sort answers: lines of one order are in no set order.
    before = {f"{name}_before": rows[name].lag().over(order) for name in names}
    rows = _with_gaps(rows, order, **before)
    new = rows.gap.isnull() | (rows.gap > 0)
    if names:
        new |= ~rows.order_id.identical_to(rows.order_id_before)
    if costs:
        cost = rows.cost.cast("float64")
        rows = rows.mutate(
            cost=cost.fill_null(0.0), costed=ibis.ifelse(cost.notnull(), rows.amount, 0.0)
        )
    return rows.mutate(orders=new.cast("int32"))


def _with_gaps(rows: ir.Table, order: object, **also: ir.Value) -> ir.Table:
    return rows.mutate(
        **also,
        gap=rows.day - rows.day.lag().over(order),
        opening=rows.day == rows.day.first().over(order),
    )
