"""The facts behind one suggestion to one customer, for the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from regulars.engine.ledger import EPOCH, Ledger, day_number, epoch_day, facts
from regulars.engine.measures.balances import latest_holdings
from regulars.engine.next_best.taking import Of, kind_of


@dataclass(frozen=True)
class EvidenceRow:
    """One thing the customer has that speaks for the suggestion.

    Attributes
    ----------
    kind
        `holding`, `purchases` or `attribute`.
    product_id
        The product; of an attribute "column=value".
    first_on
        Opened, or first bought; null of an attribute.
    last_on
        Closed (null while held), or last bought.
    times
        Distinct days of purchase; 1 of a holding, 0 of an attribute.
    amount
        Of the holding, or bought in all, in the reporting currency; null where not known.
    """

    kind: Literal["holding", "purchases", "attribute"]
    product_id: str
    first_on: date | None
    last_on: date | None
    times: int
    amount: float | None


def evidence(
    ledger: Ledger,
    customer_id: int | str,
    suggestion: Mapping[str, Any],
    *,
    as_of: date,
    of: Of | None = None,
) -> list[EvidenceRow]:
    """Fetch the facts behind a suggestion: what the customer has of its reasons, since when.

    The filter on the customer goes down to the Parquet files.

    Parameters
    ----------
    suggestion
        A row of `NextProducts.table`; `because_1` and `because_2` are read.
    as_of, of
        As in `next_products`.

    Returns
    -------
    list of EvidenceRow
        by product in the order of the reasons, then by date; empty where the reason is
        `popular`, which nothing of the customer's own speaks for.

    Raises
    ------
    NoProducts
        The ledger names no products.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine.ledger import Ledger
    >>> sales = ibis.memtable(
    ...     {
    ...         "customer_id": [7, 7, 8],
    ...         "local_date": [date(2025, 1, 1), date(2025, 2, 1), date(2025, 2, 1)],
    ...         "amount": [10.0, 5.0, 10.0],
    ...         "product_id": ["tea", "tea", "tea"],
    ...     }
    ... )
    >>> rows = evidence(Ledger(sales), 7, {"because_1": "tea"}, as_of=date(2025, 12, 31))
    >>> [(row.product_id, row.times, row.amount) for row in rows]
    [('tea', 2, 15.0)]
    """
    named = [suggestion.get(name) for name in ("because_1", "because_2")]
    wanted = [str(name) for name in named if name is not None]
    if suggestion.get("reason") == "look_alike":
        return [EvidenceRow("attribute", name, None, None, 0, None) for name in wanted]
    if not wanted:
        return []
    kind = of or kind_of(ledger)
    if kind == "holdings":
        rows = _holdings(ledger, customer_id, wanted, as_of)
    else:
        rows = _purchases(ledger, customer_id, wanted, as_of, kind)
    return sorted(rows, key=lambda row: (wanted.index(row.product_id), row.first_on or EPOCH))


def _holdings(
    ledger: Ledger, customer_id: int | str, wanted: list[str], as_of: date
) -> list[EvidenceRow]:
    assert ledger.holdings is not None
    own = ledger.holdings.filter(ledger.holdings.customer_id == customer_id)
    current = latest_holdings(Ledger(ledger.transactions, holdings=own))
    product = current.product_id.cast("string")
    opened = epoch_day(current.opened_on.cast("date"))
    known = current.filter(product.isin(wanted) & (opened <= day_number(as_of)))
    rows = known.select(
        product_id=known.product_id.cast("string"),
        opened=known.opened_on.cast("date"),
        closed=_date(known, "closed_on"),
        matures=_date(known, "matures_on"),
        amount=_amount(known),
    )
    found = [_held(row, ledger.scale, as_of) for row in rows.to_pyarrow().to_pylist()]
    # What ended before speaks only where it is the last word on that product.
    held = {row.product_id for row in found if row.last_on is None}
    return [row for row in found if row.last_on is None or row.product_id not in held]


def _held(row: Mapping[str, Any], scale: int, as_of: date) -> EvidenceRow:
    ends = [row[name] for name in ("closed", "matures") if row[name] is not None]
    ended = min(ends) if ends and min(ends) <= as_of else None
    amount = row["amount"] / scale if row["amount"] is not None else None
    return EvidenceRow("holding", row["product_id"], row["opened"], ended, 1, amount)


def _date(table: ir.Table, column: str) -> ir.DateValue:
    if column in table.columns:
        return table[column].cast("date")
    return ibis.null("date")


def _amount(table: ir.Table) -> ir.FloatingValue:
    if "amount" in table.columns:
        return table.amount.cast("float64")
    return ibis.null("float64")


def _purchases(
    ledger: Ledger, customer_id: int | str, wanted: list[str], as_of: date, of: str
) -> list[EvidenceRow]:
    own = ledger.transactions.filter(ledger.transactions.customer_id == customer_id)
    known = facts(Ledger(own, scale=ledger.scale), until=as_of)
    named = known.mutate(product_id=known[of].cast("string"))
    bought = named.filter((named.kind == "purchase") & named.product_id.isin(wanted))
    per = bought.group_by("product_id").agg(
        first=bought.day.min(),
        last=bought.day.max(),
        times=bought.day.nunique(),
        amount=bought.amount.sum(),
    )
    return [
        EvidenceRow(
            "purchases",
            row["product_id"],
            EPOCH + timedelta(days=row["first"]),
            EPOCH + timedelta(days=row["last"]),
            row["times"],
            round(row["amount"] / ledger.scale, 4),
        )
        for row in per.to_pyarrow().to_pylist()
    ]
