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

from regulars.engine.backends import first_row, write_table
from regulars.engine.ledger import Ledger, day_number, facts

KEYS = ("customer_id", "day", "kind")
SLICES = 4096
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
    Orders are counted by day and kind. Lines of one order belong into one file: an order
    torn over two stored files counts in each of them.

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
    lines = in_order(facts(ledger, until=date.max), "kind")
    sums: dict[str, ir.Value] = {
        "amount": lines.amount.sum(),
        "lines": lines.count().cast("int32"),
        "orders": lines.orders.sum().cast("int32"),
        "unnamed": lines.unnamed.sum().cast("int32"),
        "gap": lines.gap.nullif(0).max().cast("int32"),
        **{name: lines[name].sum() for name in COSTS if name in lines.columns},
    }
    return lines.group_by("customer_id", "kind", "day").agg(**sums)


def in_order(known: ir.Table, part: str, *, kinds: bool = False) -> ir.Table:
    """Put the lines of each customer in order of day and order id, apart by a column.

    One sort tells the first line of each day and of each order, which no count of distinct
    values does so cheaply.

    Parameters
    ----------
    known
        From `ledger.facts`, with the column `part`.
    kinds
        Whether a part holds several kinds; an order counts once in each.

    Returns
    -------
    Table, one row per transaction (lazy)
        customer_id; kind; day : int32; amount; the column `part`
        gap : int32, days since the line before; null for the first line
        opening : boolean, on the first day
        orders : int32, 1 for the first line of an order of that day, else 0
        unnamed : int32, 1 for a line without an order id
        cost, costed : float64, where there is `cost`
    """
    names = [name for name in ("order_id", "cost") if name in known.columns]
    rows = known.select("customer_id", "amount", "day", *{"kind", part}, *names)
    rows = rows.mutate(day=rows.day.cast("int32"))
    if "order_id" not in names:
        rows = rows.mutate(order_id=ibis.null("int32"))
    keys = [rows.day, rows.order_id, *([rows.kind] if kinds else [])]
    order = ibis.window(group_by=[rows.customer_id, rows[part]], order_by=keys)
    before = {"order_before": rows.order_id.lag().over(order)}
    if kinds:
        before["kind_before"] = rows.kind.lag().over(order)
    # All in one step, so that one sort answers: lines of one order are in no set order.
    rows = rows.mutate(
        gap=rows.day - rows.day.lag().over(order),
        opening=rows.day == rows.day.first().over(order),
        **before,
    )
    new = rows.gap.isnull() | (rows.gap > 0) | ~rows.order_id.identical_to(rows.order_before)
    if kinds:
        new |= rows.order_id.notnull() & (rows.kind != rows.kind_before)
    rows = rows.mutate(orders=new.cast("int32"), unnamed=rows.order_id.isnull().cast("int32"))
    return rows.mutate(**_costs(rows)).drop("order_id", *before)


def write_days(ledger: Ledger, path: str | Path) -> None:
    """Write `daily(ledger)` as one Parquet file, sorted by customer, day and kind.

    Parameters
    ----------
    path
        Give all such files of a home as `open_ledger({"days": [...], ...})`. A file of
        facts that is taken back takes its file of days with it.
    """
    write_table(daily(ledger).order_by(*KEYS), path)


def id_ranges(table: ir.Table, *, rows: int) -> list[tuple[int, int]]:
    """Cut the customer ids of days or transactions into ranges of about so many rows.

    The sums of a range fit where those of all customers at once would not. Stored days are
    sorted by customer, so that each range is read by itself.

    Returns
    -------
    list of (first, last), both included, rising; empty where one range would do, and where
    ids are not whole numbers
    """
    if not table.customer_id.type().is_integer():
        return []
    key = table.customer_id
    ends = first_row(table.agg(n=key.count(), low=key.min(), high=key.max()))
    if ends["n"] <= rows:
        return []
    low, width = ends["low"], (ends["high"] - ends["low"]) // SLICES + 1
    slices = table.filter(key.notnull()).group_by(slice=(key - low) // width)
    slices = slices.agg(n=lambda each: each.count())
    ranges, first, seen = [], low, 0
    for row in slices.order_by("slice").to_pyarrow().to_pylist():
        seen += row["n"]
        if seen >= rows:
            last = low + (row["slice"] + 1) * width - 1
            ranges.append((first, last))
            first, seen = last + 1, 0
    if first <= ends["high"]:
        ranges.append((first, ends["high"]))
    return ranges


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


def _costs(rows: ir.Table) -> dict[str, ir.Value]:
    if "cost" not in rows.columns:
        return {}
    cost = rows.cost.cast("float64")
    return {
        "cost": cost.fill_null(0.0),
        "costed": ibis.ifelse(cost.notnull(), rows.amount, 0.0),
    }
