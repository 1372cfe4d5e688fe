"""What the board holds of the records: attributes, read from PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.db import connection

from regulars.server.facts.lake import quote

CHANNELS = ("call", "wecom", "sms", "email")
_S = r"E'\x1f'"
_NEEDS = {"call": "c.phone", "wecom": "'-'", "sms": "c.phone", "email": "c.email"}


def _consent(channel: str) -> str:
    said = f"c.consents->>'{channel}'"
    return (
        f"case when '{channel}' = any(c.blocked_channels) or {said} = 'false' then 'no' "
        f"when {said} = 'true' then 'yes' else 'unasked' end"
    )


def _reach() -> str:
    ways = "".join(
        f"|| case when ({_consent(ch)}) = 'yes' and {_NEEDS[ch]} <> '' "
        f"then '{ch}' || {_S} else '' end "
        for ch in CHANNELS
    )
    return f"{_S} {ways}"


# Column of the board -> (PostgreSQL expression, DuckDB type). `{zone}` is the company's.
ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "customer_id": ("c.id", "bigint"),
    "fact_key": ("k.fact_key", "bigint"),
    "book_id": ("c.book_id", "bigint"),
    "number": ("c.number", "varchar"),
    "kind": ("c.kind", "varchar"),
    "state": ("c.state", "varchar"),
    "gender": ("c.gender", "varchar"),
    "birth_date": ("c.birth_date", "date"),
    "birth_md": (
        "(extract(month from c.birth_date) * 100 + extract(day from c.birth_date))::int",
        "smallint",
    ),
    "lunar_birthday": ("c.lunar_birthday", "varchar"),
    "district": ("c.district", "varchar"),
    "occupation": ("c.occupation", "varchar"),
    "industry": ("c.industry", "varchar"),
    "business_class": ("c.business_class", "varchar"),
    "key_concern": ("c.key_concern", "varchar"),
    "source": ("c.source", "varchar"),
    "since": ("c.since", "date"),
    "created_on": ("(c.created_at at time zone {zone})::date", "date"),
    "risk_tolerance": ("coalesce(c.risk_tolerance::text, '')", "varchar"),
    "preferred_channel": ("c.preferred_channel", "varchar"),
    "tags": (
        f"case when cardinality(c.tags) > 0 then {_S} || array_to_string(c.tags, {_S}) "
        f"|| {_S} else '' end",
        "varchar",
    ),
    **{f"consent_{channel}": (_consent(channel), "varchar") for channel in CHANNELS},
    "reach": (f"case when ({_reach()}) = {_S} then '' else {_reach()} end", "varchar"),
    # Who refused automated profiling (PIPL 24): by the ledger, or as a file brought it.
    "no_profiling": (
        "(c.no_profiling or coalesce(c.consents->>'profiling' = 'false', false))",
        "boolean",
    ),
    "last_contact": ("(t.last_at at time zone {zone})::date", "date"),
    "last_answer": ("(t.last_answer at time zone {zone})::date", "date"),
}
SELECT = """
select {columns} from customers_customer c
left join (select customer_id, min(fact_key) as fact_key from customers_factkey {own}
           group by 1) k on k.customer_id = c.id
left join (select customer_id, max(at) as last_at, max(at) filter (where two_way) as last_answer
           from channels_touch where reversed_at is null {and_own} group by 1) t
  on t.customer_id = c.id
where {which} order by c.id
"""


def attributes(which: str, parameters: Sequence[Any], *, zone: str, own: str = "") -> pa.Table:
    """Read attributes of some customers from PostgreSQL, by the wall of this transaction."""
    # The customers are named three times where touches and keys are narrowed to them too.
    given = [*parameters] * (3 if own else 1)
    with connection.cursor() as db:
        db.execute(select_records(which, zone=zone, own=own), given)
        rows = db.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(ATTRIBUTES)
    return pa.table(
        {
            name: pa.array(list(column), _arrow(type_))
            for (name, (_, type_)), column in zip(ATTRIBUTES.items(), columns, strict=True)
        }
    )


def select_records(which: str, *, zone: str, own: str = "") -> str:
    columns = ", ".join(
        f"{sql.format(zone=quote(zone)) if '{zone}' in sql else sql} as {name}"
        for name, (sql, _) in ATTRIBUTES.items()
    )
    # psycopg reads % as a placeholder; no expression above has one.
    return SELECT.format(
        columns=columns,
        which=which,
        own=f"where customer_id {own}" if own else "",
        and_own=f"and customer_id {own}" if own else "",
    )


def _arrow(type_: str) -> pa.DataType:
    return {
        "bigint": pa.int64(),
        "smallint": pa.int16(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }.get(type_, pa.string())
