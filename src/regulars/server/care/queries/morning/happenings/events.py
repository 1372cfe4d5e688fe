"""What was reported: events of a kind, and kinds that fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from regulars.server.care.queries.morning.happenings.spans import (
    A_YEAR_AGO,
    Found,
    anniversaries,
    listed,
    source_of,
    this_year,
    window,
    years,
)
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, money
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detectors import After, Before, Event, Silence, Yearly
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
    rows_: list[tuple[str, int, str, date, float | None, date | None, Mapping[str, str]]] = []
    for trigger in triggers:
        yearly, day = isinstance(trigger.detect, Yearly), sight.morning.day
        for key, ref, at, value, known in lake.rows(_asked(trigger, table, sight)):
            on = local(at)
            if on is None:
                continue
            learned = None if yearly else local(known)
            more = years(on, day) if yearly else lag_of(sight, known)
            on = this_year(on, day) if yearly else on
            rows_.append((trigger.code, key, ref, on, value, learned, more))
    owners = customers_of({row[1] for row in rows_})
    for code, key, ref, on, value, learned, more in rows_:
        if key in owners:
            found[code].append(
                Row(
                    owners[key], ref, on, money(value) if value is not None else None,
                    learned, facts={**_facts(ref, value), **more},
                )
            )  # fmt: skip


def _asked(trigger: Trigger, table: str, sight: Sight) -> str:
    """The statement that narrows down whom a trigger may speak of."""
    if isinstance(trigger.detect, Yearly):
        return _anniversaries(trigger, trigger.detect, table, sight.morning.day)
    first, last = window(trigger, sight.morning)
    if isinstance(trigger.detect, Silence):
        return _silences(trigger, table, first, last)
    if sight.since is None:
        return _events(trigger, table, first, last)
    return _lately(trigger, table, first, last, sight)


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
        from {_newest(trigger, table)} e where {where}
          and e.occurred_at >= timestamp '{begins}' and e.occurred_at < timestamp '{ends}'
          {_unless(trigger, table, begins)} order by 1, 3, 2"""


def _anniversaries(trigger: Trigger, detect: Yearly, table: str, day: date) -> str:
    """Days of the year that are spoken of now, from the year after the first one on."""
    source = source_of(trigger)
    assert isinstance(source, Event)
    # A day more in front: the lake keeps UTC, the days are local.
    days = listed(
        anniversaries(replace(detect, ahead=detect.ahead + 1), day - timedelta(days=1))
    )
    return f"""
        select e.fact_key, coalesce(e.ref, ''), e.occurred_at, e.value, e.known_at
        from {_newest(trigger, table)} e where e.kind in ({listed(source.kinds)})
          and strftime(e.occurred_at, '%m-%d') in ({days})
          and e.occurred_at < timestamp '{day - timedelta(days=A_YEAR_AGO)}'
        order by 1, 3, 2"""


def _newest(trigger: Trigger, table: str) -> str:
    """The events; of those that replace one another only what came last."""
    detect, source = trigger.detect, source_of(trigger)
    if not (isinstance(detect, Yearly) or getattr(detect, "newest", False)):
        return table
    assert isinstance(source, Event)
    return (
        f"(select * from {table} where kind in ({listed(source.kinds)}) "
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
