"""Cheap reads about one customer, for a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import Ledger, facts, local_date, money


@dataclass(frozen=True)
class CustomerDay:
    """One day of one customer: activity, refunds, lines of activity."""

    on: date
    amount: float
    refunds: float
    rows: int


def customer_days(
    ledger: Ledger, customer_id: int | str, start: date, stop: date, *, basis: Basis = RETAIL
) -> list[CustomerDay]:
    """Give the days of one customer within [start, stop), the earliest first.

    The filter on the customer and the dates goes down to the Parquet files.
    """
    table = ledger.transactions
    table = table.filter(table.customer_id == customer_id)
    mine = Ledger(transactions=table, scale=ledger.scale)
    known = facts(mine, until=stop)
    day = local_date(known)
    known = known.mutate(on=day).filter((day >= start) & (day < stop))
    active, refund = known.kind.isin(basis.activity), known.kind == "refund"
    rows = (
        known.filter(active | refund)
        .group_by("on")
        .agg(
            amount=money(known.amount.sum(where=active).fill_null(0), ledger),
            refunds=money(known.amount.sum(where=refund).fill_null(0), ledger),
            rows=active.cast("int64").sum(),
        )
        .order_by("on")
    )
    return [CustomerDay(**row) for row in rows.to_pyarrow().to_pylist()]
