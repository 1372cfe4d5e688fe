"""A condition on facts: a SELECT of the customers whom it holds for, or fails for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql.asking import OWN_MOVES, Lookup, Times
from regulars.server.segments.rules.sql.literals import (
    TRUE,
    compared,
    holds,
    quote,
    quote_day,
    quote_number,
)
from regulars.server.segments.rules.tree import Condition, Window

KINDS: Mapping[str, tuple[str, ...]] = {
    "spend": ("purchase", "refund"),
    "purchases": ("purchase",),
    "inflow": ("inflow", "payroll"),
    "outflow": ("outflow",),
    "activity": OWN_MOVES,
}
NARROWED = {
    "category": "category",
    "product": "product_id",
    "channel": "channel",
    "event": "kind",
}


def select_keys(asked: Condition, of: Field, times: Times, lookup: Lookup) -> tuple[str, bool]:
    """A SELECT of `key`, and whether it finds those for whom the condition fails."""
    if of.kind == "change":
        return _change(asked, of, times.on, lookup), False
    op, values = (asked.op, asked.values) if asked.op != "none" else ("lt", ("1",))
    wanted = compared(_measured(of), op, _minor(values, of, lookup.minor))
    # Who has no facts counts as 0. Where 0 holds, those who fail are looked up instead.
    zero_holds = holds(Decimal(0), op, values)
    having = f"not ({wanted})" if zero_holds else wanted
    if of.facts == "holdings":
        return _maturing(asked, having, times.on), zero_holds
    select = (
        f"select {{key}} as key from {{{of.facts}}} f "
        f"where {_narrowed(asked, of, times.on, lookup.own)} group by 1 having {having}"
    )
    return select, zero_holds


def _measured(of: Field) -> str:
    if of.measure == "spend":
        return "sum(case when kind = 'refund' then -abs(amount) else abs(amount) end)"
    if of.measure == "purchases":
        return "(count(distinct order_id) + count(*) filter (where order_id is null))"
    if of.kind == "times":
        return "count(*)"
    return "coalesce(sum(abs(amount)), 0)"


def _narrowed(asked: Condition, of: Field, on: date, own: Sequence[str]) -> str:
    day = "local_date" if of.facts == "transactions" else "occurred_at"
    parts = [_within(day, asked.window, on, moment=of.facts == "events")]
    kinds = own if of.measure == "activity" else KINDS.get(of.measure, ())
    if kinds:
        parts.append(f"kind in ({', '.join(map(quote, kinds))})")
    return " and ".join([*parts, *_only(asked)])


def _maturing(asked: Condition, having: str, on: date) -> str:
    assert asked.window is not None
    assert asked.window.days is not None
    stop = on + timedelta(days=asked.window.days)
    newest = (
        "select fact_key, holding_id, "
        + ", ".join(f"arg_max({name}, known_at) as {name}" for name in ("amount", "product_id"))
        # A later version may have cleared a date: arg_max would skip the empty one.
        + ", arg_max(struct_pack(d := matures_on), known_at).d as matures_on"
        + ", arg_max(struct_pack(d := closed_on), known_at).d as closed_on"
        + " from {holdings} h group by 1, 2"
    )
    parts = [
        f"matures_on > {quote_day(on)} and matures_on <= {quote_day(stop)}",
        f"(closed_on is null or closed_on > {quote_day(on)})",
        *_only(asked),
    ]
    return (
        f"select {{key}} as key from ({newest}) f where {' and '.join(parts)} "
        f"group by 1 having {having}"
    )


def _change(asked: Condition, of: Field, on: date, lookup: Lookup) -> str:
    assert asked.window is not None
    assert asked.window.days is not None
    was = on - timedelta(days=asked.window.days)
    loans = ", ".join(map(quote, lookup.loans)) or "''"
    newest = 'row("on", known_at)'
    parts = [
        f'"on" <= {quote_day(on)}',
        f"coalesce(product_id, '') not in ({loans})",
        *_only(asked),
    ]
    accounts = (
        "select fact_key, coalesce(account_id, product_id, '') as account, "
        f"arg_max(balance, {newest}) as now, "
        f'arg_max(balance, {newest}) filter (where "on" <= {quote_day(was)}) as was '
        f"from {{balances}} b where {' and '.join(parts)} group by 1, 2"
    )
    now, then = "coalesce(sum(now), 0)", "coalesce(sum(was), 0)"
    by = Decimal(asked.values[0])
    if of.measure == "share":
        bent = (100 - by) / 100 if asked.op == "fell" else (100 + by) / 100
        sign = "<=" if asked.op == "fell" else ">="
        having = f"{then} > 0 and {now} {sign} {then} * {quote_number(bent)}"
    else:
        change = f"{then} - {now}" if asked.op == "fell" else f"{now} - {then}"
        having = f"{change} >= {quote_number(by * lookup.minor)}"
    return f"select {{key}} as key from ({accounts}) f group by 1 having {having}"


def _within(column: str, window: Window | None, on: date, *, moment: bool) -> str:
    """The condition on a day; a moment is compared with midnight, so both ends count."""
    assert window is not None
    if window.days is not None:
        start: date | None = on - timedelta(days=window.days - 1)
        stop: date | None = on
    else:
        start, stop = window.start, window.stop
    parts = [f"{column} >= {quote_day(start)}"] if start else []
    if stop:
        parts.append(f"{column} < {quote_day(stop + timedelta(days=1))}")
    return " and ".join(parts) or TRUE


def _only(asked: Condition) -> list[str]:
    return [
        f"{NARROWED[name]} in ({', '.join(map(quote, values))})" for name, values in asked.only
    ]


def _minor(values: Sequence[str], of: Field, minor: int) -> Sequence[str]:
    """Amounts of facts are whole minor units: hundredths of a yuan, whole yen."""
    if of.kind != "total":
        return values
    return [f"{Decimal(value) * minor:f}" for value in values]
