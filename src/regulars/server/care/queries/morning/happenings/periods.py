"""Tiers that moved, dates of files, and what comes round once in a period."""

from __future__ import annotations

from datetime import timedelta

from regulars.server.care.queries.morning.happenings.holdings import holding
from regulars.server.care.queries.morning.happenings.spans import (
    A_YEAR_AGO,
    anniversaries,
    source_of,
    this_year,
    window,
    years,
)
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.detect import Row, begin_of, end_of
from regulars.server.care.rules.detectors import Every, File, Turned, Yearly
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core

FILED = {"since": "c.since", "birth_date": "c.birth_date", "child": "o.birth_date"}
# The children of whom "other is the child of" or, told from the other side, the parent.
CHILDREN = """
    join customers_relation r on r.until is null and (
        (r.kind = 'child' and r.customer_id = c.id)
        or (r.kind = 'parent' and r.other_id = c.id))
    join customers_customer o
      on o.id = case r.kind when 'child' then r.other_id else r.customer_id end"""


def turned(detect: Turned, sight: Sight) -> list[Row]:
    """Customers whose tier rose or fell since the tier run before."""
    now = sight.tiered
    if now is None or sight.tiered_before is None:
        return []
    sign = ">" if detect.direction == "up" else "<"
    found = sql(
        f"""
        select id, tier, was_tier from {sight.whom}
        where level {sign} was_level and level = any (%(levels)s) order by 1
        """,
        {"levels": list(detect.levels)},
    )
    return [
        Row(who, tier, now.as_of, facts={"tier": tier, "was": before})
        for who, tier, before in found
    ]


def every(detect: Every, sight: Sight) -> list[Row]:
    """Customers of some levels in somebody's book, when the period nears its end."""
    day = sight.morning.day
    end = end_of(detect, day)
    if sight.tiered is None or day < end - timedelta(days=detect.begins):
        return []
    if detect.holds and not (holders := holding(detect.holds)):
        return []
    found = sql(
        f"""
        select c.id from {sight.whom} c
        join core_book b on b.id = c.book_id and b.owner_id is not null
        where c.state = 'active' and %(kind)s in ('', c.kind) and c.level = any (%(levels)s)
          and (%(all)s or c.id = any (%(holders)s)) and not exists (
            select 1 from channels_touch t
            left join core_person p on p.id = t.person_id
            where t.customer_id = c.id and t.two_way
              and t.reversed_at is null and t.channel = any (%(unless)s)
              and (%(by)s::text[] = '{{}}' or p.role = any (%(by)s::text[]))
              and (t.at at time zone %(zone)s)::date >= %(begin)s)
        order by 1
        """,
        {
            "kind": detect.kind,
            "all": not detect.holds,
            "holders": holders if detect.holds else [],
            "levels": list(detect.levels),
            "unless": list(detect.unless),
            "by": list(detect.by),
            "zone": str(core.time_zone()),
            "begin": begin_of(detect, end),
        },
    )
    return [Row(who, "", end) for (who,) in found]


def filed(trigger: Trigger, sight: Sight) -> list[Row]:
    """Customers by a date of their file."""
    morning = sight.morning
    detect, source = trigger.detect, source_of(trigger)
    assert isinstance(source, File)
    column = FILED[source.column]
    joined = CHILDREN if source.column == "child" else ""
    if isinstance(detect, Yearly):
        found = sql(
            f"select c.id, {column} from {sight.whom} c where c.state = 'active' "
            f"and to_char({column}, 'MM-DD') = any (%s) and {column} < %s order by 1",
            [anniversaries(detect, morning.day), morning.day - timedelta(days=A_YEAR_AGO)],
        )
        return [
            Row(who, source.column, this_year(on, morning.day), facts=years(on, morning.day))
            for who, on in found
        ]
    first, last = window(trigger, morning)
    day = f"({column} + make_interval(years => {source.years}))::date"
    found = sql(
        f"select c.id, {day} from {sight.whom} c {joined} where c.state = 'active' "
        f"and {day} between %s and %s order by 1, 2",
        [first, last],
    )
    count = {"count": str(source.years), "of": source.column} if source.years else {}
    return [Row(who, source.column, on, facts=count) for who, on in found]
