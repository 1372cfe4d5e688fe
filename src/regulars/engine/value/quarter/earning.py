"""Money earned, by customer and by block of days counted back from a date."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.balances import steps
from regulars.engine.measures.windows.rows import restricted


def earned_by_block(
    ledger: Ledger,
    sample: ir.Table | None,
    *,
    as_of: date,
    basis: Basis,
    length: int,
    cuts: int,
) -> ir.Table:
    """Give customer_id, block (0 ends on the date) and the money earned in it."""
    today = day_number(as_of)
    known = restricted(facts(ledger, until=as_of), sample)
    earned = _of_row(known, basis)
    block = ibis.least((today - known.day) // length, cuts - 1 if cuts > 1 else 1)
    rows = known.select("customer_id", block=block.cast("int64"), earned=earned)
    rows = rows.filter(rows.earned != 0.0)
    by = rows.group_by("customer_id", "block").agg(money=money(rows.earned.sum(), ledger))
    if basis.value != "aum" or ledger.balances is None:
        return by
    kept = _kept(ledger, sample, as_of=as_of, basis=basis, length=length, cuts=cuts)
    both = by.union(kept)
    return both.group_by("customer_id", "block").agg(money=both.money.sum())


def _of_row(known: ir.Table, basis: Basis) -> ir.FloatingValue:
    if basis.value == "net_spend":
        counts = known.kind.isin((*basis.activity, "refund"))
        return ibis.ifelse(counts, known.amount, 0.0)
    margin = known.amount * basis.margin_rate
    if "cost" in known.columns:
        margin = ibis.coalesce(known.amount - known.cost.cast("float64"), margin)
    return ibis.cases(
        (known.kind.isin(basis.fee_kinds), known.amount),
        (known.kind.isin(("purchase", "refund")), margin),
        else_=0.0,
    )


def _kept(
    ledger: Ledger,
    sample: ir.Table | None,
    *,
    as_of: date,
    basis: Basis,
    length: int,
    cuts: int,
) -> ir.Table:
    """Give the margin on balances of each block of days, as `earned_by_block` does."""
    today = day_number(as_of)
    lines = steps(ledger, as_of=as_of, basis=basis, days=length * max(cuts, 1))
    lines = restricted(lines, sample)
    blocks = ibis.memtable({"block": list(range(cuts))}, schema={"block": "int64"})
    crossed = lines.cross_join(blocks)
    stop = today + 1 - crossed.block * length
    days = ibis.least(crossed.stop, stop) - ibis.greatest(crossed.start, stop - length)
    shared = crossed.mutate(days=days).filter(days > 0)
    return shared.group_by("customer_id", "block").agg(
        money=(shared.income * shared.days).sum() / 365.0
    )
