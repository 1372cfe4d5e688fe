"""Answers after a sale that were so low that somebody in charge asks why."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.detect import Row
from regulars.server.core import queries as core

BACK = 14  # days


def low(day: date) -> list[Row]:
    """The lowest answer of each contact of the last days; one contact is one thing."""
    found = sql(
        """
        select distinct on (a.touch_id) a.customer_id, a.touch_id,
               (a.at at time zone %(zone)s)::date, a.number, a.asked, a.asked_en
        from care_answer a join channels_touch t on t.id = a.touch_id
        where a.low and t.reversed_at is null and a.at >= %(first)s
        order by a.touch_id, a.number, a.id
        """,
        {"zone": str(core.time_zone()), "first": day - timedelta(days=BACK)},
    )
    return [
        Row(
            who, f"answer-{touch}", on,
            facts={"value": f"{number.normalize():f}", "asked_zh": zh, "asked_en": en or zh},
        )
        for who, touch, on, number, zh, en in found
    ]  # fmt: skip
