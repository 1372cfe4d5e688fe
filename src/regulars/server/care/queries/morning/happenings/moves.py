"""Transactions of a kind that a trigger of the company's own waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from regulars.server.care.queries.morning.happenings.events import lag_of, lately
from regulars.server.care.queries.morning.happenings.spans import (
    Found,
    listed,
    source_of,
    window,
)
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, money
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detectors import Booked
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts


def from_moves(triggers: Sequence[Trigger], sight: Sight, found: Found) -> None:
    """Rows of transactions of a kind."""
    if not triggers:
        return
    table = lake.source(facts.living("transactions"), "transactions")
    zone, minor = core.time_zone(), core.minor_units()
    read = [(t, row) for t in triggers for row in lake.rows(_moves(t, table, sight))]
    owners = customers_of({row[0] for _trigger, row in read})
    for trigger, (key, ref, on, amount, known, product) in read:
        if key in owners:
            learned = known.replace(tzinfo=UTC).astimezone(zone).date() if known else None
            told = {"product": product} if product else {}
            told |= lag_of(sight, known)
            found[trigger.code].append(
                Row(owners[key], ref, on, money(abs(amount) / minor), learned, facts=told)
            )


def _moves(trigger: Trigger, table: str, sight: Sight) -> str:
    source = source_of(trigger)
    assert isinstance(source, Booked)
    first, last = window(trigger, sight.morning)
    where = f" and ({source.where})" if source.where else ""
    return f"""
        select fact_key, coalesce(row_key, ''), local_date, amount, known_at, product_id
        from (select *, abs(amount) / {core.minor_units()} as units from {table})
        where kind in ({listed(source.kinds)}){where}
          and local_date between date '{first}' and date '{last}'
          {lately(trigger, sight) if sight.since else ""} order by 1, 3, 2"""
