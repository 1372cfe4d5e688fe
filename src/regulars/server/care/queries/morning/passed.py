"""Open reasons that facts have overtaken: who bought, used or paid needs no reminder of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.detectors import After, Before, Either, Figure, Silence
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

PURCHASE, TRANSACTION, CONTACT = "purchase", "transaction", "contact"
# Nothing was bought since: what these figures stand for.
BOUGHT = ("last_on",)


@dataclass(frozen=True)
class End:
    """Kinds of facts that overtake a reason, and whether they must name the same thing."""

    kinds: frozenset[str]
    same: bool = False


def overtaken(triggers: Iterable[Trigger]) -> list[int]:
    """Open tasks whose customer did by themselves what the reason was about."""
    ends = {t.code: end for t in triggers if (end := end_of(t)).kinds}
    waiting = sql(
        "select t.id, t.trigger, k.fact_key, t.happens_on, t.made_at, "
        "coalesce(t.facts ->> 'item', '') from care_task t "
        "join customers_factkey k on k.customer_id = t.customer_id "
        "where t.state = 'open' and t.trigger = any (%s) and t.happens_on is not null "
        "order by t.id",
        [list(ends)],
    )
    if not waiting:
        return []
    db = lake.session()
    db.register("asked", _asked(waiting))
    db.register("ends", _ends(ends))
    try:
        return sorted({task for (task,) in [*lake.rows(_events()), *lake.rows(_moves())]})
    finally:
        db.unregister("asked")
        db.unregister("ends")


def end_of(trigger: Trigger) -> End:
    """What overtakes a trigger's reasons; nothing where only a person can settle them."""
    detect = trigger.detect
    parts = detect.parts if isinstance(detect, Either) else (detect,)
    kinds: set[str] = set()
    same = False
    for part in parts:
        if isinstance(part, Silence):
            kinds |= set(part.of)
        elif isinstance(part, After | Before):
            kinds |= set(part.unless)
            same = same or isinstance(part, Before)
            if isinstance(part.source, Figure) and part.source.column in BOUGHT:
                kinds.add(PURCHASE)
    return End(frozenset(kinds - {CONTACT}), same)


def _asked(waiting: list[tuple[Any, ...]]) -> pa.Table:
    zone = core.time_zone()
    rows = [
        {
            "task": task,
            "trigger": trigger,
            "fact_key": key,
            "begins": _utc(datetime.combine(on, time(), zone)),
            "ends": _utc(datetime.combine(on + timedelta(days=1), time(), zone)),
            "made_at": _utc(made),
            "item": item,
        }
        for task, trigger, key, on, made, item in waiting
    ]
    moment = pa.timestamp("us")
    columns = {"task": pa.int64(), "trigger": pa.string(), "fact_key": pa.int64()}
    columns |= {"begins": moment, "ends": moment, "made_at": moment, "item": pa.string()}
    return pa.Table.from_pylist(rows, pa.schema(columns.items()))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _ends(ends: Mapping[str, End]) -> pa.Table:
    rows = [
        {"trigger": code, "kind": kind, "same": end.same}
        for code, end in ends.items()
        for kind in sorted(end.kinds)
    ]
    columns = {"trigger": pa.string(), "kind": pa.string(), "same": pa.bool_()}
    return pa.Table.from_pylist(rows, pa.schema(columns.items()))


# On a later day; on the same day only what we did not know when the reason was made.
SINCE = "(f.occurred_at >= a.ends or (f.occurred_at >= a.begins and f.known_at > a.made_at))"


def _events() -> str:
    table = lake.source(facts.living("events"), "events")
    return f"""
        select distinct a.task from asked a join ends n using (trigger)
        join {table} f on f.fact_key = a.fact_key and f.kind = n.kind
        where {SINCE} and case when n.same then f.ref = a.item and f.ref <> ''
              else a.item = '' or coalesce(f.ref, '') in ('', a.item) end"""


def _moves() -> str:
    table = lake.source(facts.living("transactions"), "transactions")
    return f"""
        select distinct a.task from asked a join ends n using (trigger)
        join {table} f on f.fact_key = a.fact_key
        where n.kind in ('{PURCHASE}', '{TRANSACTION}') and {SINCE}
          and (n.kind = '{TRANSACTION}' or f.kind = '{PURCHASE}')"""
