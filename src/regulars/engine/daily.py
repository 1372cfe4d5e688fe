"""What is kept beside the facts, so that no run reads all transactions again.

`customer_day` sums up the transactions of one customer on one day, by kind. It knows no
basis, so one stored copy serves every way of earning. Rows are only ever added: the facts
of a new file become a file of their own, and who reads several files adds them up.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import write_table
from regulars.engine.ledger import Ledger, day_number, facts

KEYS = ("customer_id", "day", "kind")
COSTS = ("cost", "costed")


def daily(ledger: Ledger) -> ir.Table:
    """Sum up the transactions of a ledger by customer, day and kind.

    Returns
    -------
    Table, one row per customer, day and kind (lazy)
        customer_id
        day : int32, days since 1970-01-01
        kind : string
        amount : float64, in the ledger's unit
        lines : int32, >= 1, transactions
        orders : int32, >= 1, distinct order ids; lines without one are one order together
        unnamed : int32, >= 0, lines without an order id
        gap : int32, >= 1, days since the customer's day of this kind before; null for the
            first one
        cost, costed : float64, where the ledger has `cost`: the sum of it, and the amount
            of the lines that name it

    Notes
    -----
    Lines of one order belong into one file: an order torn over two stored files counts in
    each of them.

    Examples
    --------
    >>> import ibis
    >>> from datetime import date
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1, 1], "order_id": ["a", "a", "b"],
    ...                       "local_date": [date(2026, 1, 1)] * 2 + [date(2026, 1, 5)],
    ...                       "amount": [2.0, 3.0, 4.0]})
    >>> rows = daily(Ledger(sold)).order_by("day").to_pyarrow().to_pylist()
    >>> [(row["day"], row["amount"], row["lines"], row["orders"], row["gap"]) for row in rows]
    [(20454, 5.0, 2, 1, None), (20458, 4.0, 1, 1, 4)]
    """
    known = facts(ledger, until=date.max)
    sums: dict[str, ir.Value] = {
        "amount": known.amount.sum(),
        "lines": known.count().cast("int32"),
        **_orders(known),
        **_costs(known),
    }
    days = known.group_by("customer_id", "kind", day=known.day.cast("int32")).agg(**sums)
    order = ibis.window(group_by=[days.customer_id, days.kind], order_by=days.day)
    return days.mutate(gap=days.day - days.day.lag().over(order))


def write_days(ledger: Ledger, path: str | Path) -> None:
    """Write `daily(ledger)` as one Parquet file, sorted by customer, day and kind.

    Parameters
    ----------
    path
        Give all such files of a home as `open_ledger({"days": [...], ...})`. A file of
        facts that is taken back takes its file of days with it.
    """
    write_table(daily(ledger).order_by(*KEYS), path)


def known_days(ledger: Ledger, *, until: date) -> ir.Table:
    """Give the rows of `daily` up to and including `until`; later ones do not exist.

    From the ledger's `days` where it has them, and then a customer, day and kind may occur
    once per stored file.
    """
    if ledger.days is None:
        days = daily(ledger)
        return days.filter(days.day <= day_number(until))
    days = ledger.days
    # Files from before the first line that named a cost have no such columns.
    costs = {name: days[name].fill_null(0.0) for name in COSTS if name in days.columns}
    known = days.customer_id.notnull() & (days.day <= day_number(until))
    return days.filter(known).mutate(**costs)


def _orders(known: ir.Table) -> dict[str, ir.Value]:
    if "order_id" not in known.columns:
        return {"orders": ibis.literal(1, "int32"), "unnamed": known.count().cast("int32")}
    unnamed = known.count(where=known.order_id.isnull())
    orders = known.order_id.nunique() + (unnamed > 0).cast("int64")
    return {"orders": orders.cast("int32"), "unnamed": unnamed.cast("int32")}


def _costs(known: ir.Table) -> dict[str, ir.Value]:
    if "cost" not in known.columns:
        return {}
    return {
        "cost": known.cost.cast("float64").sum().fill_null(0.0),
        "costed": known.amount.sum(where=known.cost.notnull()).fill_null(0.0),
    }
