"""Windows over balances, holdings, events and touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, epoch_day
from regulars.engine.measures.balances import steps
from regulars.engine.measures.windows.features import (
    BALANCE_BACK,
    CONTACT_WINDOWS,
    HOLDING_DAYS,
)
from regulars.engine.measures.windows.rows import change_of, joined, restricted


def balances(
    ledger: Ledger, basis: Basis, customers: ir.Table | None, *, as_of: date
) -> ir.Table:
    today = day_number(as_of)
    kept = replace(ledger, balances=restricted(ledger.balances, customers))
    lines = steps(kept, as_of=as_of, basis=basis)
    per = lines.group_by("customer_id").agg(
        aum=_on(lines, today),
        **{f"aum_before_{length}": _on(lines, today - length) for length in BALANCE_BACK},
        **{f"aum_mean_{length}": _mean(lines, today, length) for length in (90, 365)},
    )
    moved = lines.group_by("customer_id", "start").agg(change=lines.change.sum())
    squares = moved.group_by("customer_id").agg(square=(moved.change * moved.change).sum())
    wide = joined(per, squares)
    return wide.select(
        "customer_id",
        **{name: wide[name].round(4) for name in per.columns if name != "customer_id"},
        **{
            f"aum_change_{length}": change_of(wide.aum.round(4), wide[f"aum_before_{length}"])
            for length in BALANCE_BACK
        },
        aum_volatility_365=(wide.square / 365.0).sqrt().round(4),
    )


def _on(lines: ir.Table, day: int) -> ir.FloatingValue:
    then = (lines.start <= day) & (lines.stop > day)
    return lines.aum.sum(where=then).fill_null(0.0)


def _mean(lines: ir.Table, today: int, length: int) -> ir.FloatingValue:
    days = ibis.least(lines.stop, today + 1) - ibis.greatest(lines.start, today + 1 - length)
    return (lines.aum * ibis.greatest(days, 0)).sum() / float(length)


def holdings(table: ir.Table, customers: ir.Table | None, *, as_of: date) -> ir.Table:
    held = _versions(restricted(table, customers), as_of)
    today = day_number(as_of)
    ends = [
        epoch_day(held[name].cast("date")).fill_null(today + 1)
        for name in ("closed_on", "matures_on")
        if name in held.columns
    ]
    held = held.mutate(
        since=today - epoch_day(held.opened_on.cast("date")),
        ended=today - (ibis.least(*ends) if ends else ibis.literal(today + 1, "int64")),
        matured=today - (ends[-1] if "matures_on" in held.columns else today + 1),
    )
    held = held.filter(held.since >= 0)
    still = held.ended < 0
    return held.group_by("customer_id").agg(
        holdings=still.sum(),
        products_held=held.product_id.nunique(where=still),
        opened_90=(held.since < HOLDING_DAYS).sum(),
        matured_90=((held.matured >= 0) & (held.matured < HOLDING_DAYS)).sum(),
    )


def _versions(table: ir.Table, as_of: date) -> ir.Table:
    if "known_at" not in table.columns:
        return table
    later = epoch_day(table.known_at.cast("date")) > day_number(as_of)
    table = table.mutate(later=later.fill_null(False))
    # The latest known by then; among those that became known later, the first.
    stamp = table.known_at.cast("timestamp").epoch_seconds()
    order = [table.later, ibis.ifelse(table.later, stamp, -stamp)]
    ranked = table.mutate(
        version=ibis.row_number().over(group_by=table.holding_id, order_by=order)
    )
    return ranked.filter(ranked.version == 0)


def contacts(
    table: ir.Table, moment: str, name: str, customers: ir.Table | None, today: int
) -> ir.Table:
    days = restricted(table, customers)
    days = days.mutate(day=epoch_day(days[moment].cast("date")))
    days = days.filter(days.customer_id.notnull() & (days.day <= today))
    return days.group_by("customer_id").agg(
        **{f"{name}_{length}": (days.day > today - length).sum() for length in CONTACT_WINDOWS}
    )
