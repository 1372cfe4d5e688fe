"""Windows over balances, holdings, events and touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, epoch_day
from regulars.engine.measures.balances import YEAR, steps
from regulars.engine.measures.windows.features import (
    BALANCE_BACK,
    CONTACT_WINDOWS,
    HOLDING_DAYS,
)
from regulars.engine.measures.windows.look import BEFORE_ALL, Look, Today
from regulars.engine.measures.windows.rows import change_of, joined, restricted


def recent_steps(
    ledger: Ledger, basis: Basis, customers: ir.Table | None, *, as_of: date
) -> ir.Table:
    """Give the steps of the last 365 days."""
    kept = replace(ledger, balances=restricted(ledger.balances, customers))
    return steps(kept, as_of=as_of, basis=basis)


def all_steps(ledger: Ledger, basis: Basis, *, as_of: date) -> ir.Table:
    """Give the steps of all known time: what each of several days looks back on."""
    lines = steps(ledger, as_of=as_of, basis=basis, days=BEFORE_ALL)
    return lines.select("customer_id", "start", "stop", "aum", "change")


def seen_steps(lines: ir.Table, look: Look) -> ir.Table:
    """Give of `all_steps` those of the 365 days up to each day looked at."""
    known = look.crossed(lines)
    today = look.day_of(known)
    known = known.filter((known.start <= today) & (known.stop > today - YEAR))
    # The step on which the year opened is no change in it.
    opens = known.start <= today - YEAR
    return known.mutate(
        stop=ibis.least(known.stop, today + 1), change=ibis.ifelse(opens, 0.0, known.change)
    )


def balances(lines: ir.Table, look: Look) -> ir.Table:
    today = look.day_of(lines)
    per = lines.group_by(*look.keys).agg(
        aum=_on(lines, today),
        **{f"aum_before_{length}": _on(lines, today - length) for length in BALANCE_BACK},
        **{f"aum_mean_{length}": _mean(lines, today, length) for length in (90, YEAR)},
    )
    moved = lines.group_by(*look.keys, "start").agg(change=lines.change.sum())
    squares = moved.group_by(*look.keys).agg(square=(moved.change * moved.change).sum())
    wide = joined(per, squares, look.keys)
    # Rounded before anything is divided by it: equal customers stay equal.
    wide = wide.mutate(
        **{name: wide[name].round(4) for name in per.columns if name not in look.keys}
    )
    return wide.select(
        *(name for name in wide.columns if name != "square"),
        **{
            f"aum_change_{length}": change_of(wide.aum, wide[f"aum_before_{length}"])
            for length in BALANCE_BACK
        },
        aum_volatility_365=(wide.square / 365.0).sqrt().round(4),
    )


def _on(lines: ir.Table, day: Today) -> ir.FloatingValue:
    then = (lines.start <= day) & (lines.stop > day)
    return lines.aum.sum(where=then).fill_null(0.0)


def _mean(lines: ir.Table, today: Today, length: int) -> ir.FloatingValue:
    days = ibis.least(lines.stop, today + 1) - ibis.greatest(lines.start, today + 1 - length)
    return (lines.aum * ibis.greatest(days, 0)).sum() / float(length)


def holdings(held: ir.Table, look: Look) -> ir.Table:
    held = _versions(held, look)
    today = look.day_of(held)
    ends = [
        epoch_day(held[name].cast("date")).fill_null(today + 1)
        for name in ("closed_on", "matures_on")
        if name in held.columns
    ]
    never = ibis.literal(0, "int64") + today + 1
    held = held.mutate(
        since=today - epoch_day(held.opened_on.cast("date")),
        ended=today - (ibis.least(*ends) if ends else never),
        matured=today - (ends[-1] if "matures_on" in held.columns else never),
    )
    held = held.filter(held.since >= 0)
    still = held.ended < 0
    return held.group_by(*look.keys).agg(
        holdings=still.sum(),
        products_held=held.product_id.nunique(where=still),
        opened_90=(held.since < HOLDING_DAYS).sum(),
        matured_90=((held.matured >= 0) & (held.matured < HOLDING_DAYS)).sum(),
    )


def _versions(table: ir.Table, look: Look) -> ir.Table:
    if "known_at" not in table.columns:
        return table
    later = epoch_day(table.known_at.cast("date")) > look.day_of(table)
    table = table.mutate(later=later.fill_null(False))
    # The latest known by then; among those that became known later, the first.
    stamp = table.known_at.cast("timestamp").epoch_seconds()
    order = [table.later, ibis.ifelse(table.later, stamp, -stamp)]
    each = [table[key] for key in look.keys if key != "customer_id"]
    ranked = table.mutate(
        version=ibis.row_number().over(group_by=[*each, table.holding_id], order_by=order)
    )
    return ranked.filter(ranked.version == 0)


def moments(table: ir.Table, moment: str) -> ir.Table:
    """Give customer and day of events or touches."""
    days = table.mutate(day=epoch_day(table[moment].cast("date")))
    return days.filter(days.customer_id.notnull()).select("customer_id", "day")


def contacts(days: ir.Table, name: str, look: Look) -> ir.Table:
    today = look.day_of(days)
    return days.group_by(*look.keys).agg(
        **{f"{name}_{length}": (days.day > today - length).sum() for length in CONTACT_WINDOWS}
    )
