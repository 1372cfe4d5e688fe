"""Who gave a sign of life since a day: an event of some kinds, or a word both ways."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, tzinfo

import pyarrow as pa

from regulars.server.care.queries.morning.happenings.spans import listed
from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.detect import Row
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

CONTACT = "contact"


def unheard(rows: Sequence[Row], kinds: Collection[str], zone: tzinfo) -> list[Row]:
    """Keep the rows of customers from whom nothing of these kinds came since their day."""
    if not rows:
        return []
    since = min(row.on for row in rows)
    customers = [row.customer_id for row in rows]
    last = _reported(customers, kinds, since)
    if CONTACT in kinds:
        for who, on in _talked(customers, since, zone):
            last[who] = max(on, last.get(who, on))
    return [
        row for row in rows if row.customer_id not in last or last[row.customer_id] <= row.on
    ]


def _reported(customers: list[int], kinds: Collection[str], since: date) -> dict[int, date]:
    keys = sql(
        "select fact_key, customer_id from customers_factkey where customer_id = any (%s)",
        [customers],
    )
    owners = dict(keys)
    db = lake.session()
    db.register("asked", pa.table({"fact_key": pa.array(list(owners), pa.int64())}))
    try:
        found = lake.rows(
            f"select fact_key, max(occurred_at)::date from "
            f"{lake.source(facts.living('events'), 'events')} semi join asked using (fact_key) "
            f"where kind in ({listed(kinds)}) and occurred_at >= timestamp '{since}' group by 1"
        )
    finally:
        db.unregister("asked")
    last: dict[int, date] = {}
    for key, on in found:
        last[owners[key]] = max(on, last.get(owners[key], on))
    return last


def _talked(customers: list[int], since: date, zone: tzinfo) -> list[tuple[int, date]]:
    return [
        (who, on)
        for who, on in sql(
            "select customer_id, (max(at) at time zone %s)::date from channels_touch "
            "where customer_id = any (%s) and two_way and reversed_at is null "
            "and (at at time zone %s)::date >= %s group by customer_id",
            [str(zone), customers, str(zone), since],
        )
    ]
