"""What it costs to look after each customer."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger

YEAR = timedelta(days=365)


def contact_costs(ledger: Ledger, *, as_of: date, basis: Basis) -> ir.Table | None:
    """Sum up the cost of the contacts of the last 365 days; None without touches.

    Returns
    -------
    Table, one row per customer with a touch (lazy)
        customer_id; contact_cost_12 : float64, the touch's own cost, else
        `basis.contact_costs` by channel, else 0
    """
    touches = ledger.touches
    if touches is None:
        return None
    day = touches["at"].cast("date")
    recent = touches.filter((day <= as_of) & (day > as_of - YEAR))
    priced = [(name, float(cost)) for name, cost in basis.contact_costs.items()]
    # A comparison of a column, so that the answer is a column where nothing has a price.
    known = priced or [("", 0.0)]
    by_channel = recent.channel.cases(*known, else_=0.0)
    cost = by_channel
    if "cost" in recent.columns:
        cost = ibis.coalesce(recent.cost.cast("float64") / ledger.scale, by_channel)
    return recent.group_by("customer_id").agg(contact_cost_12=cost.sum().round(4))
