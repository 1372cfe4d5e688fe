"""The days of each customer in their order: what a history is added up from.

Two ways lead here. The stored days of one file carry their gaps already; lines, and days
from several files, are put in order first.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.daily import in_order, known_days
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
    lines = _that_count(facts(ledger, until=as_of), basis)
    lines = lines.mutate(active=_active(lines, basis))
    return in_order(lines, "active", kinds=len(basis.activity) > 1)


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
    rows = rows.mutate(
        gap=rows.day - rows.day.lag().over(order),
        opening=rows.day == rows.day.first().over(order),
    )
    named = rows.orders - rows.bare.cast("int32")
    again = rows.gap == 0
    return rows.mutate(orders=named + (rows.bare & ~again.fill_null(False)).cast("int32"))
