"""Who took what, when, and until when: holdings and purchases as one kind of fact."""

from __future__ import annotations

from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.ledger import Ledger, day_number, epoch_day, facts
from regulars.engine.measures.balances import latest_holdings

Of = Literal["holdings", "product_id", "category"]


class NoProducts(BadInput):
    """The ledger does not say what was taken."""


def kind_of(ledger: Ledger) -> Of:
    """Give what counts as a product: holdings where there are some, else what was bought."""
    if ledger.holdings is not None:
        return "holdings"
    columns: tuple[Of, ...] = ("product_id", "category")
    for column in columns:
        if column in ledger.transactions.columns:
            return column
    raise NoProducts(
        "The ledger has no holdings, and its transactions have neither product_id nor "
        "category. Add one of them to suggest a next product."
    )


def spells(ledger: Ledger, *, as_of: date, of: Of, again_after: int | None) -> ir.Table:
    """Give the times in which somebody had a product, as known of `as_of`.

    Parameters
    ----------
    of
        `holdings`, or the column of the transactions that names what was bought. Of
        purchases only kind `purchase` counts.
    again_after
        Days after which a purchase is forgotten, so that the product counts as new again;
        None never forgets. Holdings end when they are closed or mature.

    Returns
    -------
    Table (lazy)
        customer_id; product_id : string; opened : int64, days since 1970-01-01, <= `as_of`;
        closed : int64, first day without it, null while it lasts
    """
    if again_after is not None and again_after < 1:
        raise BadInput(f"again_after is {again_after}; give at least 1 day, or None.")
    if of == "holdings":
        return _of_holdings(ledger, as_of)
    if of not in ledger.transactions.columns:
        raise NoProducts(f"The transactions have no column {of}. Map it or take another.")
    return _of_purchases(ledger, as_of, of, again_after)


def _of_holdings(ledger: Ledger, as_of: date) -> ir.Table:
    if ledger.holdings is None:
        raise NoProducts("This ledger has no holdings. Give Ledger(holdings=...) a table.")
    table = latest_holdings(ledger)
    today = day_number(as_of)
    ends = [
        epoch_day(table[name].cast("date"))
        for name in ("closed_on", "matures_on")
        if name in table.columns
    ]
    end = ibis.least(*ends) if ends else ibis.null("int64")
    known = table.select(
        customer_id=_key(table.customer_id),
        product_id=table.product_id.cast("string"),
        opened=epoch_day(table.opened_on.cast("date")),
        closed=end,
    )
    known = known.filter(
        known.customer_id.notnull() & known.product_id.notnull() & (known.opened <= today)
    )
    return known.mutate(closed=ibis.ifelse(known.closed <= today, known.closed, None))


def _of_purchases(ledger: Ledger, as_of: date, of: str, again_after: int | None) -> ir.Table:
    known = facts(ledger, until=as_of)
    bought = known.filter((known.kind == "purchase") & known[of].notnull())
    lines = bought.select("customer_id", "day", product_id=bought[of].cast("string"))
    if again_after is None:
        first = lines.group_by("customer_id", "product_id").agg(opened=lines.day.min())
        return first.mutate(closed=ibis.null("int64"))
    days = lines.distinct().rename(opened="day")
    return days.mutate(closed=days.opened + again_after)


def _key(customer_id: ir.Value) -> ir.Value:
    if customer_id.type().is_integer():
        return customer_id.cast("int64")
    return customer_id.cast("string")
