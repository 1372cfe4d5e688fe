"""What each customer brought in the days after an origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import Workbench
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.balances import steps
from regulars.engine.measures.windows import BEFORE_ALL, DAY, Look


def earned(ledger: Ledger, *, after: date, days: int, basis: Basis) -> ir.Table:
    """Sum up what each customer brought in the `days` after `after`.

    Returns
    -------
    Table, one row per customer who brought something (lazy)
        customer_id; earned : float64, reporting currency. With `basis.value` "net_spend":
        activity less refunds. With "aum": margin on purchases and on balances, and fees;
        where the basis names no margin on balances, their mean instead.
    """
    until = after + timedelta(days=days)
    known = facts(ledger, until=until)
    known = known.filter(known.day > day_number(after))
    kept = None
    if basis.value != "net_spend" and ledger.balances is not None:
        lines = steps(ledger, as_of=until, basis=_earning(basis, days), days=days)
        kept = lines.select("customer_id", "start", "stop", "income")
    return _earned(known, kept, ledger, basis, Look.at(until), days)


def earned_on(
    ledger: Ledger, afters: Sequence[date], bench: Workbench, *, days: int, basis: Basis
) -> ir.Table:
    """Sum up what each customer brought in the `days` after several dates, in one go.

    Returns
    -------
    Table, one row per date and customer who brought something, kept on the bench
        day_on : int64, the last of the days, since 1970-01-01; then the columns of `earned`
    """
    untils = [after + timedelta(days=days) for after in afters]
    look = Look.at_each(untils)
    known = look.seen(facts(ledger, until=max(untils)))
    known = known.filter(known.day > known[DAY] - days)
    kept, own = None, Workbench(bench.connection)
    try:
        if basis.value != "net_spend" and ledger.balances is not None:
            earning = _earning(basis, days)
            lines = steps(ledger, as_of=max(untils), basis=earning, days=BEFORE_ALL)
            kept = own.keep(lines.select("customer_id", "start", "stop", "income"))
            kept = look.crossed(kept)
            kept = kept.filter((kept.start <= kept[DAY]) & (kept.stop > kept[DAY] - days))
        return bench.keep(_earned(known, kept, ledger, basis, look, days))
    finally:
        own.clear()


def _earned(
    known: ir.Table,
    kept: ir.Table | None,
    ledger: Ledger,
    basis: Basis,
    look: Look,
    days: int,
) -> ir.Table:
    keys = look.keys
    if basis.value == "net_spend":
        return _summed(known, _spent(known, basis), ledger, keys)
    brought = _summed(known, _margin(known, basis), ledger, keys)
    if kept is None:
        return brought
    both = brought.union(_income(kept, look, days))
    return both.group_by(*keys).agg(earned=both.earned.sum().round(4))


def _summed(
    known: ir.Table, value: ir.FloatingValue, ledger: Ledger, keys: Sequence[str]
) -> ir.Table:
    return known.group_by(*keys).agg(earned=money(value.sum(), ledger))


def _spent(known: ir.Table, basis: Basis) -> ir.FloatingValue:
    spent = known.kind.isin([*basis.activity, "refund"])
    return ibis.ifelse(spent, known.amount, 0.0)


def _margin(known: ir.Table, basis: Basis) -> ir.FloatingValue:
    margin = known.amount * basis.margin_rate
    if "cost" in known.columns:
        margin = ibis.coalesce(known.amount - known.cost.cast("float64"), margin)
    return ibis.cases(
        (known.kind.isin(["purchase", "refund"]), margin),
        (known.kind.isin(basis.fee_kinds), known.amount),
        else_=0.0,
    )


def _earning(basis: Basis, days: int) -> Basis:
    if basis.balance_margins or basis.default_balance_margin:
        return basis
    # Nobody said what balances earn: the balance itself orders the customers.
    return replace(basis, default_balance_margin=365.0 / days)


def _income(lines: ir.Table, look: Look, days: int) -> ir.Table:
    """Sum up what the steps of balances earned in the days up to each one looked at."""
    today = look.day_of(lines)
    length = ibis.least(lines.stop, today + 1) - ibis.greatest(lines.start, today + 1 - days)
    income = (lines.income * ibis.greatest(length, 0)).sum() / 365.0
    return lines.group_by(*look.keys).agg(earned=income.round(4))
