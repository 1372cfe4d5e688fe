"""An outcome as SQL: what each assigned customer did in the days after, and before.

Days are counted from the customer's own assignment. A window holds the days `[from, to)`;
a state (assets, products held) is taken at the end of the day before `to`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from regulars.server.facts import lake
from regulars.server.facts.lake import quote

BEFORE = "before"
OF_TRANSACTIONS = frozenset({"revenue", "margin", "purchases", "bought", "active"})
SIGNED = "case when f.kind = 'refund' then -abs(f.amount) else abs(f.amount) end"
KINDS = {
    "revenue": ("purchase", "refund"),
    "margin": ("purchase", "refund"),
    "purchases": ("purchase",),
    "bought": ("purchase",),
}


@dataclass(frozen=True)
class Column:
    """One figure per customer: what lies in the days `[start, stop)` from the assignment."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True)
class Wanted:
    """An outcome and what it is made of."""

    outcome: str
    columns: tuple[Column, ...]
    files: Mapping[str, Sequence[Path]]
    minor: int = 100
    margin: float = 0.0  # of what names no cost
    own: Sequence[str] = ("purchase",)  # kinds that a customer starts
    loans: Sequence[str] = ()
    contacts: bool = False


def select(wanted: Wanted, *, first: date, last: date) -> str:
    """A SELECT of one row per assigned customer: `arm`, and every column, 0 where nothing was.

    It reads the tables `assigned` (customer_id, arm, day) and `keys` (fact_key, customer_id);
    `first` and `last` are the days of the earliest and the latest assignment.
    """
    made = _of_transactions if wanted.outcome in OF_TRANSACTIONS else _STATES[wanted.outcome]
    figures = ", ".join(
        f'coalesce(o."{column.name}", 0)::double as "{column.name}"'
        for column in wanted.columns
    )
    reached = ", coalesce(a.reached, 0)::double as reached" if wanted.contacts else ""
    return (
        f"select a.arm, {figures}{reached} from assigned a "
        f"left join ({made(wanted, first, last)}) o using (customer_id)"
    )


def _of_transactions(wanted: Wanted, first: date, last: date) -> str:
    table = lake.source(list(wanted.files["transactions"]), "transactions")
    low = min(column.start for column in wanted.columns)
    high = max(column.stop for column in wanted.columns)
    kinds = ", ".join(map(quote, KINDS.get(wanted.outcome) or wanted.own))
    figures = ", ".join(
        f'{_summed(wanted, _inside(column))} as "{column.name}"' for column in wanted.columns
    )
    return (
        f"select a.customer_id, {figures} from assigned a join keys k using (customer_id) "
        f"join {table} f on f.fact_key = k.fact_key "
        f"and f.local_date >= a.day + ({low}) and f.local_date < a.day + ({high}) "
        f"where f.kind in ({kinds}) and f.local_date >= {_day(first)} + ({low}) "
        f"and f.local_date < {_day(last)} + ({high}) group by 1"
    )


def _summed(wanted: Wanted, inside: str) -> str:
    if wanted.outcome == "revenue":
        return f"sum({SIGNED}) filter (where {inside}) / {wanted.minor}.0"
    if wanted.outcome == "margin":
        cost = f"coalesce(f.cost, abs(f.amount) * {1.0 - wanted.margin!r})"
        sign = "case when f.kind = 'refund' then -1 else 1 end"
        earned = f"{sign} * (abs(f.amount) - {cost})"
        return f"sum({earned}) filter (where {inside}) / {wanted.minor}.0"
    if wanted.outcome == "purchases":
        return (
            f"count(distinct f.order_id) filter (where {inside}) "
            f"+ count(*) filter (where {inside} and f.order_id is null)"
        )
    return f"(count(*) filter (where {inside}) > 0)::int"


def _assets(wanted: Wanted, first: date, last: date) -> str:
    table = lake.source(list(wanted.files["balances"]), "balances")
    loans = ", ".join(map(quote, wanted.loans)) or "''"
    newest = 'row(f."on", f.known_at)'
    states = ", ".join(
        f'arg_max(f.balance, {newest}) filter (where f."on" < a.day + ({column.stop})) '
        f'as "{column.name}"'
        for column in wanted.columns
    )
    sums = ", ".join(
        f'sum("{column.name}") / {wanted.minor}.0 as "{column.name}"'
        for column in wanted.columns
    )
    high = max(column.stop for column in wanted.columns)
    return (
        f"select customer_id, {sums} from ("
        "select a.customer_id, f.fact_key, "
        f"coalesce(f.account_id, f.product_id, '') as account, {states} "
        "from assigned a join keys k using (customer_id) "
        f"join {table} f on f.fact_key = k.fact_key "
        f"where coalesce(f.product_id, '') not in ({loans}) "
        f'and f."on" < {_day(last)} + ({high}) group by 1, 2, 3) s group by 1'
    )


def _holdings(wanted: Wanted, first: date, last: date) -> str:
    table = lake.source(list(wanted.files["holdings"]), "holdings")
    newest = (
        "select fact_key, holding_id, arg_max(opened_on, known_at) as opened_on, "
        "arg_max(struct_pack(d := closed_on), known_at).d as closed_on "
        f"from {table} group by 1, 2"
    )
    counts = ", ".join(
        f"count(*) filter (where f.opened_on < a.day + ({column.stop}) and "
        f"(f.closed_on is null or f.closed_on >= a.day + ({column.stop}))) "
        f'as "{column.name}"'
        for column in wanted.columns
    )
    return (
        f"select a.customer_id, {counts} from assigned a join keys k using (customer_id) "
        f"join ({newest}) f on f.fact_key = k.fact_key group by 1"
    )


_STATES = {"assets": _assets, "holdings": _holdings}


def _inside(column: Column) -> str:
    return (
        f"f.local_date >= a.day + ({column.start}) and f.local_date < a.day + ({column.stop})"
    )


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"
