"""Cheap reads about one customer, for a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import Ledger, facts, local_date, money


@dataclass(frozen=True)
class CustomerDay:
    """One day of one customer.

    Attributes
    ----------
    on
        The day, in the company's time zone.
    amount
        Sum of activity, reporting currency; 0 on a day with refunds only.
    refunds
        Sum of refunds, below 0 as facts write them; 0 without one.
    rows
        Transactions of activity, >= 0.
    """

    on: date
    amount: float
    refunds: float
    rows: int


def customer_days(
    ledger: Ledger, customer_id: int | str, start: date, stop: date, *, basis: Basis = RETAIL
) -> list[CustomerDay]:
    """Give the days of one customer within [start, stop), the earliest first.

    The filter on the customer and the dates goes down to the Parquet files.

    Parameters
    ----------
    customer_id
        As in the ledger; an unknown one has no days.
    basis
        Says what activity is.

    Returns
    -------
    list of CustomerDay
        Days with activity or a refund only.

    Examples
    --------
    >>> import ibis
    >>> sold = ibis.memtable({"customer_id": [1, 1, 2], "amount": [80.0, -30.0, 20.0],
    ...     "local_date": [date(2026, 1, 5), date(2026, 2, 5), date(2026, 1, 9)]})
    >>> days = customer_days(Ledger(sold), 1, date(2026, 1, 1), date(2026, 3, 1))
    >>> [(day.on.isoformat(), day.amount, day.refunds, day.rows) for day in days]
    [('2026-01-05', 80.0, 0.0, 1), ('2026-02-05', 0.0, -30.0, 0)]
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
