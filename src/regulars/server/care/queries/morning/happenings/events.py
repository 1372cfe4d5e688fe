"""What was reported: events of a kind, and kinds that fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from regulars.server.care.queries.morning.happenings.spans import (
    Found,
    listed,
    source_of,
    window,
)
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, money
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detectors import After, Before, Event, Silence
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

# A kind that came from nobody for so long is a broken feed, not everybody's silence.
FEED = 7
# What settles something before its day came at most so long before it.
EARLY = 366
PURCHASE = "purchase"


def from_events(triggers: Sequence[Trigger], sight: Sight, found: Found) -> None:
    if not triggers:
        return
    zone = core.time_zone()

    def local(moment: datetime | None) -> date | None:
        return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None

    table = lake.source(facts.living("events"), "events")
    rows_: list[tuple[str, int, str, date, float | None, date | None, dict[str, str]]] = []
    for trigger in triggers:
        first, last = window(trigger, sight.morning)
        read = _silences if isinstance(trigger.detect, Silence) else _events
        asked = (
            read(trigger, table, first, last)
            if sight.since is None
            else _lately(trigger, table, first, last, sight)
        )
        for key, ref, at, value, known in lake.rows(asked):
            on = local(at)
            if on is not None:
                lag = lag_of(sight, known)
                rows_.append((trigger.code, key, ref, on, value, local(known), lag))
    owners = customers_of({row[1] for row in rows_})
    for code, key, ref, on, value, learned, lag in rows_:
        if key in owners:
            found[code].append(
                Row(
                    owners[key], ref, on, money(value) if value is not None else None,
                    learned, facts=_facts(ref, value) | lag,
                )
            )  # fmt: skip


def _facts(ref: str, value: float | None) -> dict[str, str]:
    return ({"item": ref} if ref else {}) | ({} if value is None else {"value": f"{value:g}"})


def lag_of(sight: Sight, known: datetime | None) -> dict[str, str]:
    """Minutes from when we knew until the card, where it is made during the day."""
    if sight.since is None or known is None:
        return {}
    seconds = (sight.at - known.replace(tzinfo=UTC)).total_seconds()
    return {"lag": str(max(0, round(seconds / 60)))}


def lately(trigger: Trigger, sight: Sight, of: str = "") -> str:
    """Only what came lately, and after the minutes that its trigger waits."""
    assert sight.since is not None
    until = plain(sight.at - timedelta(minutes=trigger.wait))
    return (
        f"and {of}known_at >= timestamp '{plain(sight.since)}' "
        f"and {of}occurred_at <= timestamp '{until}'"
    )


def plain(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _lately(trigger: Trigger, table: str, first: date, last: date, sight: Sight) -> str:
    """The events, of those that came lately."""
    return f"select * from ({_events(trigger, table, first, last)}) e where true " + lately(
        trigger, sight
    )


def _silences(trigger: Trigger, table: str, first: date, last: date) -> str:
    """The last event of who is silent for one of the spans, if not everybody's are missing."""
    assert isinstance(trigger.detect, Silence)
    of = f"kind in ({listed(trigger.detect.of)})"
    # A day more at both ends: the lake keeps UTC, the spans are local days.
    within = " or ".join(
        f"(newest >= timestamp '{last - timedelta(days=days + WINDOW + 1)}' "
        f"and newest < timestamp '{last - timedelta(days=days - 2)}')"
        for days in trigger.detect.days
    )
    return f"""
        select fact_key, '', max(occurred_at) as newest, null, null from {table}
        where {of} and occurred_at >= timestamp '{first}'
          and (select max(occurred_at) from {table} where {of}
               and occurred_at < timestamp '{last + timedelta(days=2)}')
              >= timestamp '{last - timedelta(days=FEED)}'
        group by fact_key having {within} order by 1"""


def _events(trigger: Trigger, table: str, first: date, last: date) -> str:
    source = source_of(trigger)
    assert isinstance(source, Event)
    # A day more at both ends: the lake keeps UTC, the window is local.
    begins, ends = first - timedelta(days=1), last + timedelta(days=2)
    where = f"e.kind in ({listed(source.kinds)})"
    where += f" and ({source.where})" if source.where else ""
    return f"""
        select e.fact_key, coalesce(e.ref, ''), e.occurred_at, e.value, e.known_at
        from {_newest(trigger, table, begins)} e where {where}
          and e.occurred_at >= timestamp '{begins}' and e.occurred_at < timestamp '{ends}'
          {_unless(trigger, table, begins)} order by 1, 3, 2"""


def _newest(trigger: Trigger, table: str, begins: date) -> str:
    """The events; of those that replace one another only what came last."""
    detect, source = trigger.detect, source_of(trigger)
    if not isinstance(detect, Before) or not detect.newest:
        return table
    assert isinstance(source, Event)
    return (
        f"(select * from {table} where kind in ({listed(source.kinds)}) "
        f"and occurred_at >= timestamp '{begins}' "
        "qualify row_number() over (partition by fact_key, kind, coalesce(ref, '') "
        "order by known_at desc, occurred_at desc) = 1)"
    )


def _unless(trigger: Trigger, table: str, begins: date) -> str:
    """Nothing came since that settles it; before a date, only what names the same thing."""
    detect = trigger.detect
    if not isinstance(detect, After | Before) or not detect.unless:
        return ""
    same = named = "u.ref = e.ref and u.ref <> ''"
    bought = ""
    if isinstance(detect, After):
        same = (
            "u.occurred_at > e.occurred_at and (coalesce(u.ref, '') = '' "
            "or coalesce(e.ref, '') in ('', u.ref))"
        )
        bought = _bought(begins) if PURCHASE in detect.unless else ""
        if detect.early:
            same, begins = f"({same} or {named})", begins - timedelta(days=EARLY)
    since = "" if isinstance(detect, Before) else f"and u.occurred_at >= timestamp '{begins}'"
    return (
        f"and not exists (select 1 from {table} u where u.fact_key = e.fact_key "
        f"and u.kind in ({listed(detect.unless)}) {since} and {same}) {bought}"
    )


def _bought(begins: date) -> str:
    """Nor anything bought since."""
    table = lake.source(facts.living("transactions"), "transactions")
    return (
        f"and not exists (select 1 from {table} b where b.fact_key = e.fact_key "
        f"and b.kind = {lake.quote(PURCHASE)} and b.occurred_at > e.occurred_at "
        f"and b.local_date >= date '{begins}')"
    )
