"""What each customer did on each day."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.daily import known_days
from regulars.engine.ledger import Ledger


def daily_activity(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table:
    """Sum up what each customer did on each day.

    Returns
    -------
    Table, one row per customer and day with activity (lazy)
        customer_id; day : int64, days since 1970-01-01; sales : float64, amounts of activity
    """
    known = known_days(ledger, until=as_of)
    active = known.filter(known.kind.isin(basis.activity))
    days = active.group_by("customer_id", day=active.day.cast("int64")).agg(
        sales=active.amount.sum()
    )
    return days.mutate(sales=days.sales / float(ledger.scale))
