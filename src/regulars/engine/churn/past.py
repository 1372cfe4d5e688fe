"""The ledger as it stood: what came later is taken out once, for everything below."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis.expr.types as ir

from regulars.engine.backends import Workbench, first_row
from regulars.engine.ledger import Ledger, local_date
from regulars.engine.sampling import hash_sample

TABLES = ("transactions", "balances", "holdings", "events", "touches")


def ledger_until(ledger: Ledger, as_of: date) -> Ledger:
    """Leave out every fact after the end of `as_of`.

    A closing date after it is not yet known and becomes null; a maturity is agreed ahead and
    stays.
    """
    tables: dict[str, ir.Table] = {
        "transactions": ledger.transactions.filter(local_date(ledger.transactions) <= as_of)
    }
    for name, moment in (("balances", "on"), ("events", "occurred_at"), ("touches", "at")):
        table = getattr(ledger, name)
        if table is not None:
            tables[name] = table.filter(table[moment].cast("date") <= as_of)
    if ledger.holdings is not None:
        tables["holdings"] = _holdings(ledger.holdings, as_of)
    return replace(ledger, **tables)


def _holdings(table: ir.Table, as_of: date) -> ir.Table:
    table = table.filter(table.opened_on.cast("date") <= as_of)
    if "known_at" in table.columns:
        known = table.known_at.cast("date")
        table = table.filter(known.isnull() | (known <= as_of))
    if "closed_on" in table.columns:
        closed = table.closed_on.cast("date")
        table = table.mutate(closed_on=(closed <= as_of).ifelse(closed, None).cast("date"))
    return table


def sampled(
    ledger: Ledger, known: ir.Table, bench: Workbench, *, most: int
) -> tuple[Ledger, float]:
    """Take about `most` customers by a hash of the id, and keep their facts.

    Returns
    -------
    the ledger of the sample, and its share of the customers of `known`
    """
    customers = first_row(known.agg(n=known.count()))["n"]
    if customers <= most:
        return ledger, 1.0
    few, share = hash_sample(known, most / customers)
    chosen = bench.keep(few.select("customer_id"))
    tables = {}
    for name in TABLES:
        table = getattr(ledger, name)
        if table is not None:
            # The ids of `known` are int64 or string, whatever the table's own type.
            mine = table.mutate(customer_id=table.customer_id.cast(chosen.customer_id.type()))
            tables[name] = bench.keep(mine.semi_join(chosen, "customer_id"))
    return replace(ledger, **tables), share
