"""What each customer brought in the days after an origin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, money
from regulars.engine.measures.balances import steps


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
    if basis.value == "net_spend":
        return _summed(known, _spent(known, basis), ledger)
    brought = _summed(known, _margin(known, basis), ledger)
    if ledger.balances is None:
        return brought
    kept = _kept(ledger, until=until, days=days, basis=basis)
    both = brought.union(kept)
    return both.group_by("customer_id").agg(earned=both.earned.sum().round(4))


def _summed(known: ir.Table, value: ir.FloatingValue, ledger: Ledger) -> ir.Table:
    return known.group_by("customer_id").agg(earned=money(value.sum(), ledger))


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


def _kept(ledger: Ledger, *, until: date, days: int, basis: Basis) -> ir.Table:
    if not basis.balance_margins and not basis.default_balance_margin:
        # Nobody said what balances earn: the balance itself orders the customers.
        basis = replace(basis, default_balance_margin=365.0 / days)
    lines = steps(ledger, as_of=until, basis=basis, days=days)
    today = day_number(until)
    first = today + 1 - days
    length = ibis.least(lines.stop, today + 1) - ibis.greatest(lines.start, first)
    income = (lines.income * ibis.greatest(length, 0)).sum() / 365.0
    return lines.group_by("customer_id").agg(earned=income.round(4))
