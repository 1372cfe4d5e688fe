"""Balances that moved out of the own normal range of 36 changes before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, known_balances, money
from regulars.engine.measures.balances import FLOW_DAYS, NORMAL_CHANGES, steps
from regulars.engine.movements.found import Movements, check_wish, with_day, with_floor

QUARTER = 90


def balance_movements(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    floors: Mapping[str, float] | None = None,
    levels: ir.Table | None = None,
    days: int = FLOW_DAYS,
) -> Movements:
    """Find whose balance moved out of his own normal range within the last days.

    The change over the last `days` days is compared with the 36 changes of so many days
    before. It must leave that range and reach the floor: the one of the customer's
    level, and `basis.large_movement_share` of his 90-day average balance.

    Parameters
    ----------
    floors
        By level (such as a tier), in the reporting currency; `basis.large_movement` for
        levels that are not named and for customers without one.
    levels
        Table with customer_id (once each) and level.

    Returns
    -------
    Movements
        with the subject "balance"; with the floors of the basis exactly the customers
        whose `large_movement` is not null in `measures.balances.balances`

    Raises
    ------
    LedgerError, BadInput
        where the ledger has no balances; where floors are given without levels

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2025, 1, 1)],
    ...                       "amount": [1.0]})
    >>> kept = ibis.memtable({"customer_id": [1, 1], "balance": [4e5, 2.5e5],
    ...                       "on": [date(2025, 6, 1), date(2026, 3, 30)]})
    >>> found = balance_movements(Ledger(sold, kept), as_of=date(2026, 3, 31), basis=BANK)
    >>> row = found.rows.to_pyarrow().to_pylist()[0]
    >>> row["direction"], row["on"].isoformat(), row["amount"]
    ('out', '2026-03-30', -150000.0)
    """
    check_wish(days, floors, levels)
    today = day_number(as_of)
    length = max(days * (NORMAL_CHANGES + 1), QUARTER) + 1
    lines = steps(ledger, as_of=as_of, basis=basis, days=length)
    late = lines.start > today - days
    flows = lines.group_by("customer_id").agg(
        amount=lines.change.sum(where=late).fill_null(0.0),
        mean=_mean(lines, today),
    )
    wide = _with_range(flows, _balance_range(lines, today, days))
    wide = with_floor(wide, floors, levels, default=basis.large_movement)
    wide = wide.mutate(
        floor=ibis.greatest(wide.floor, wide["mean"] * basis.large_movement_share)
    )
    moved = _outside(wide)
    by_day = lines.filter(late & (lines.change != 0)).group_by("customer_id", day=lines.start)
    daily = by_day.agg(day_amount=lambda t: t.change.sum())
    rows = with_day(moved, daily, "balance")
    return Movements(rows=rows, parts=_balance_parts(ledger, rows, as_of, basis, days))


def _mean(lines: ir.Table, today: int) -> ir.FloatingValue:
    days = ibis.least(lines.stop, today + 1) - ibis.greatest(lines.start, today + 1 - QUARTER)
    return (lines.aum * ibis.greatest(days, 0)).sum() / float(QUARTER)


def _balance_range(lines: ir.Table, today: int, days: int) -> ir.Table:
    last = today - days
    first = last - days * NORMAL_CHANGES
    moved = lines.filter((lines.start > first) & (lines.start <= last) & (lines.change != 0))
    per = moved.mutate(nth=(last - moved.start) // days)
    changes = per.group_by("customer_id", "nth").agg(change=per.change.sum())
    return changes.group_by("customer_id").agg(
        low=changes.change.min(), high=changes.change.max()
    )


def _with_range(flows: ir.Table, usual: ir.Table) -> ir.Table:
    wide = flows.left_join(usual, "customer_id").drop("customer_id_right")
    return wide.mutate(
        amount=wide.amount.round(4),
        low=ibis.least(wide.low.fill_null(0.0), 0.0).round(4),
        high=ibis.greatest(wide.high.fill_null(0.0), 0.0).round(4),
    )


def _outside(wide: ir.Table) -> ir.Table:
    direction = ibis.cases(
        ((wide.amount < wide.low) & (wide.amount <= -wide.floor), "out"),
        ((wide.amount > wide.high) & (wide.amount >= wide.floor), "in"),
    )
    moved = wide.mutate(direction=direction)
    # Nothing that did not move is a movement, whatever the floor.
    return moved.filter(moved.direction.notnull() & (moved.amount != 0))


def _balance_parts(
    ledger: Ledger, rows: ir.Table, as_of: date, basis: Basis, days: int
) -> ir.Table:
    today = day_number(as_of)
    known = known_balances(ledger, until=as_of).semi_join(rows, "customer_id")
    then = known.day <= today - days
    per = known.group_by("customer_id", "account", "product_id").agg(
        now=known.balance.argmax(known.day),
        before=known.balance.argmax(known.day, where=then).fill_null(0),
    )
    weight: ir.Value = ibis.literal(1.0)
    if basis.aum_weights:
        pairs = [(name, float(value)) for name, value in basis.aum_weights.items()]
        weight = per.product_id.cases(*pairs, else_=1.0)
    parts = per.select(
        "customer_id",
        subject=ibis.literal("balance"),
        account_id=per.account.split("\x1f")[0],
        item=per.product_id,
        amount=((money(per.now, ledger) - money(per.before, ledger)) * weight).round(4),
    )
    return parts.filter(parts.amount != 0)
