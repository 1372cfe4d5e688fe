"""Rows for the detections that any trigger may name: from facts, figures, tiers and files.

Holdings and events are read once a morning for all triggers together; each trigger then
takes its part. Rows only narrow down: `care.rules.detect.dated` decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from regulars.base.calendar import solar_in_year
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import (
    TIER_OF,
    columns,
    customers_of,
    money,
    plain_date,
    sql,
)
from regulars.server.care.rules.detect import Morning, Row, end_of
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detectors import (
    After,
    Before,
    Event,
    Every,
    File,
    Holding,
    Measured,
    Silence,
    Turned,
    Yearly,
)
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring

Found = dict[str, list[Row]]
ON_FREE_DAYS = 12  # a reminder on a free day begins before it; the longest holiday
FRAME = "frame"


def rows(triggers: Iterable[Trigger], sight: Sight) -> Found:
    """Rows of each trigger, by its code."""
    wanted = list(triggers)
    found: Found = defaultdict(list)
    for trigger in wanted:
        match trigger.detect:
            case Measured() as detect:
                found[trigger.code] = measured(detect, sight)
            case Turned() as detect:
                found[trigger.code] = turned(detect, sight)
            case Every() as detect:
                found[trigger.code] = every(detect, sight)
            case Silence() as detect if detect.of == ("transaction",):
                found[trigger.code] = silent(detect, sight)
            case Before(source=File()) | After(source=File()) | Yearly(source=File()):
                found[trigger.code] = filed(trigger, sight.morning)
    _from_holdings([t for t in wanted if isinstance(_source(t), Holding)], sight, found)
    _from_events([t for t in wanted if _events(t)], sight, found)
    return found


def window(trigger: Trigger, morning: Morning) -> tuple[date, date]:
    """The first and the last day that something may happen on to speak this morning."""
    day, detect = morning.day, trigger.detect
    if isinstance(detect, Before):
        stages = morning.stages(trigger, detect.stages)
        back = morning.policy.idle_days + 2 if min(stages) < 0 else 0
        return day - timedelta(days=back), day + timedelta(days=max(stages) + ON_FREE_DAYS)
    if isinstance(detect, After):
        return day - timedelta(days=max(detect.steps) + WINDOW), day
    assert isinstance(detect, Silence)
    return day - timedelta(days=max(detect.days) + WINDOW), day


def _source(trigger: Trigger) -> Holding | Event | File | None:
    detect = trigger.detect
    return detect.source if isinstance(detect, Before | After | Yearly) else None


def _events(trigger: Trigger) -> tuple[str, ...]:
    """The kinds of events that a trigger reads; none for those that read something else."""
    source = _source(trigger)
    if isinstance(source, Event):
        return source.kinds
    detect = trigger.detect
    if isinstance(detect, Silence) and detect.of != ("transaction",):
        return detect.of
    return ()


# Holdings ---------------------------------------------------------------------------------


def _from_holdings(triggers: Sequence[Trigger], sight: Sight, found: Found) -> None:
    if not triggers:
        return
    table = lake.source(facts.living("holdings"), "holdings")
    # The newest version of each holding counts.
    lake.rows(
        "create or replace temp table held as "
        "select fact_key, holding_id, product_id, amount, opened_on, matures_on, closed_on, "
        f"known_at::date as learned_on from {table} "
        "qualify row_number() over (partition by fact_key, holding_id "
        "order by known_at desc, opened_on desc) = 1"
    )
    try:
        for trigger in triggers:
            found[trigger.code] = _held(trigger, sight)
    finally:
        lake.rows("drop table if exists held")


def _held(trigger: Trigger, sight: Sight) -> list[Row]:
    detect, morning = trigger.detect, sight.morning
    source = _source(trigger)
    assert isinstance(source, Holding)
    day = f"h.{source.date}"
    if isinstance(detect, Yearly):
        days = [morning.day + timedelta(days=n) for n in range(detect.ahead + 1)]
        where = f"strftime({day}, '%m-%d') in ({_list(f'{d:%m-%d}' for d in days)})"
        where += f" and {day} < date '{morning.day - timedelta(days=300)}'"
        where += " and h.closed_on is null"
    else:
        first, last = window(trigger, morning)
        where = f"{day} between date '{first}' and date '{last}'"
    if isinstance(detect, Before):
        # Closed before its time, it no longer matures; closed at its time, it may lie idle.
        where += (
            f" and (h.closed_on is null or ({day} < date '{morning.day}' "
            f"and h.closed_on >= {day}))"
        )
    rows_ = lake.rows(
        f"""
        select h.fact_key, h.holding_id, h.product_id, h.amount, {day}, h.learned_on,
               {day} < date '{morning.day}' and not exists (
                   select 1 from held o where o.fact_key = h.fact_key
                     and o.holding_id <> h.holding_id and o.opened_on >= {day})
        from held h where {of_products(source)} and {where}
        order by h.fact_key, {day}, h.holding_id
        """
    )
    owners = customers_of({row[0] for row in rows_})
    gone = {row.customer_id for row in sight.outflows}
    return [
        Row(
            customer_id=owners[key],
            ref=holding,
            on=_this_year(on, morning.day) if isinstance(detect, Yearly) else on,
            amount=Decimal(amount or 0) / 100,
            learned_on=learned,
            # Money that left in these days does not lie idle; the outflow speaks for itself.
            idle=idle and owners[key] not in gone,
            facts={"product": product or ""},
        )
        for key, holding, product, amount, on, learned, idle in rows_
        if key in owners
    ]


def of_products(source: Holding) -> str:
    """The condition for what a source reads; a product nobody listed counts as a deposit."""
    known = Product.objects.filter(kind__in=source.kinds)
    if source.category:
        known = known.filter(category=source.category)
    elif "deposit" in source.kinds:
        others = Product.objects.exclude(kind__in=source.kinds).values_list("code", flat=True)
        return f"coalesce(h.product_id, '') not in ({_list(['-', *others])})"
    return f"h.product_id in ({_list(['-', *known.values_list('code', flat=True)])})"


def _this_year(on: date, day: date) -> date:
    this = solar_in_year(on.month, on.day, day.year)
    return this if this >= day else solar_in_year(on.month, on.day, day.year + 1)


# Events -----------------------------------------------------------------------------------


def _from_events(triggers: Sequence[Trigger], sight: Sight, found: Found) -> None:
    if not triggers:
        return
    zone = core.time_zone()

    def local(moment: datetime | None) -> date | None:
        return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None

    table = lake.source(facts.living("events"), "events")
    rows_: list[tuple[str, int, str, date, float | None, date | None]] = []
    for trigger in triggers:
        kinds = _list(_events(trigger))
        first, last = window(trigger, sight.morning)
        if isinstance(trigger.detect, Silence):
            read = f"""
                select fact_key, '' as ref, max(occurred_at), null, max(known_at) from {table}
                where kind in ({kinds}) group by fact_key
                having max(occurred_at) >= timestamp '{first}' order by 1"""
        else:
            # A day more at both ends: the lake keeps UTC, the window is local.
            read = f"""
                select e.fact_key, coalesce(e.ref, ''), e.occurred_at, e.value, e.known_at
                from {table} e where e.kind in ({kinds})
                  and e.occurred_at >= timestamp '{first - timedelta(days=1)}'
                  and e.occurred_at < timestamp '{last + timedelta(days=2)}'
                  {_unless(trigger, table)} order by 1, 3, 2"""
        for key, ref, at, value, known in lake.rows(read):
            on = local(at)
            if on is not None:
                rows_.append((trigger.code, key, ref, on, value, local(known)))
    owners = customers_of({row[1] for row in rows_})
    for code, key, ref, on, value, learned in rows_:
        if key in owners:
            found[code].append(
                Row(
                    owners[key], ref, on, money(value) if value is not None else None,
                    learned, facts={"item": ref} if ref else {},
                )
            )  # fmt: skip


def _unless(trigger: Trigger, table: str) -> str:
    detect = trigger.detect
    if not isinstance(detect, After) or not detect.unless:
        return ""
    return (
        f"and not exists (select 1 from {table} u where u.fact_key = e.fact_key "
        f"and u.kind in ({_list(detect.unless)}) and u.occurred_at > e.occurred_at "
        "and (u.ref is null or e.ref is null or u.ref = e.ref))"
    )


# Figures, tiers, files ---------------------------------------------------------------------


def measured(detect: Measured, sight: Sight) -> list[Row]:
    """Customers whose figures fulfil the condition; nobody who refuses to be profiled."""
    run, before = sight.run, sight.before
    if run is None or not set(detect.needs) <= columns(run):
        return []
    was = scoring.table_of(before) if before and scoring.frame(before).exists() else None
    looks_back = detect.edge or "was." in detect.where
    if looks_back and (
        was is None or before is None or not set(detect.needs) <= columns(before)
    ):
        return []
    where = f"({detect.where})"
    if detect.edge:
        where += f" and not coalesce(({detect.where.replace('now.', 'was.')}), false)"
    join = f"join {was} was on was.customer_id = now.customer_id" if looks_back else ""
    found = lake.rows(
        f"select now.customer_id, {detect.amount or 'null'} from {scoring.table_of(run)} now "
        f"{join} where {where} order by 1"
    )
    refused = set(scoring.refusing())
    return [
        Row(who, "", run.as_of, money(amount) if amount is not None else None)
        for who, amount in found
        if who not in refused
    ]


def silent(detect: Silence, sight: Sight) -> list[Row]:
    """Customers without a transaction for about as long as the detection asks."""
    run = sight.run
    if run is None or "last_on" not in columns(run):
        return []
    day = sight.morning.day
    first, last = day - timedelta(days=max(detect.days) + WINDOW), day
    found = lake.rows(
        f"select customer_id, last_on from {scoring.table_of(run)} "
        "where last_on between ? and ? order by 1",
        [first, last - timedelta(days=min(detect.days))],
    )
    return [Row(who, "", on) for who, last_on in found if (on := plain_date(last_on))]


def turned(detect: Turned, sight: Sight) -> list[Row]:
    """Customers whose tier rose or fell since the tier run before."""
    now, was = sight.tiered, sight.tiered_before
    if now is None or was is None:
        return []
    sign = ">" if detect.direction == "up" else "<"
    found = sql(
        f"""
        select a.customer_id, a.tier, b.tier from ({TIER_OF}) a
        join ({TIER_OF.replace("%(tier_run)s", "%(before)s")}) b
          on b.customer_id = a.customer_id
        where a.level {sign} b.level order by 1
        """,
        {"tier_run": now.pk, "before": was.pk},
    )
    return [
        Row(who, tier, now.as_of, facts={"tier": tier, "was": before})
        for who, tier, before in found
    ]


def every(detect: Every, sight: Sight) -> list[Row]:
    """Customers of some levels in somebody's book, when the period nears its end."""
    day, tiered = sight.morning.day, sight.tiered
    end = end_of(detect, day)
    if tiered is None or day < end - timedelta(days=detect.begins):
        return []
    months = {"month": 1, "quarter": 3, "year": 12}[detect.period]
    start = end - timedelta(days=months * 30)
    found = sql(
        f"""
        select a.customer_id from ({TIER_OF}) a
        join customers_customer c on c.id = a.customer_id and c.state = 'active'
        join core_book b on b.id = c.book_id and b.owner_id is not null
        where a.level = any (%(levels)s) and not exists (
            select 1 from channels_touch t where t.customer_id = c.id and t.two_way
              and t.reversed_at is null and t.channel = any (%(unless)s)
              and t.at >= %(start)s)
        order by 1
        """,
        {
            "tier_run": tiered.pk,
            "levels": list(detect.levels),
            "unless": list(detect.unless),
            "start": start,
        },
    )
    return [Row(who, "", end) for (who,) in found]


FILED = {"since": "c.since"}


def filed(trigger: Trigger, morning: Morning) -> list[Row]:
    """Customers by a date of their file."""
    detect, source = trigger.detect, _source(trigger)
    assert isinstance(source, File)
    column = FILED[source.column]
    if isinstance(detect, Yearly):
        days = [morning.day + timedelta(days=n) for n in range(detect.ahead + 1)]
        found = sql(
            f"select c.id, {column} from customers_customer c where c.state = 'active' "
            f"and to_char({column}, 'MM-DD') = any (%s) and {column} < %s order by 1",
            [[f"{d:%m-%d}" for d in days], morning.day - timedelta(days=300)],
        )
        return [
            Row(who, source.column, _this_year(on, morning.day), facts=_years(on, morning.day))
            for who, on in found
        ]
    first, last = window(trigger, morning)
    found = sql(
        f"select c.id, {column} from customers_customer c where c.state = 'active' "
        f"and {column} between %s and %s order by 1",
        [first, last],
    )
    return [Row(who, source.column, on) for who, on in found]


def _years(on: date, day: date) -> Mapping[str, str]:
    return {"count": str(_this_year(on, day).year - on.year)}


def _list(values: Iterable[str] | Collection[str]) -> str:
    return ", ".join(lake.quote(value) for value in values)
