"""Customers whom somebody else looks after now, and who is greeted at festivals."""

from __future__ import annotations

from datetime import timedelta

from regulars.base.calendar import festivals_between
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.detect import NewOwner, Row
from regulars.server.care.rules.detect.owners import VISIT_DAYS
from regulars.server.core import queries as core

# A file younger than this was just brought in, and nobody else led it before.
SETTLED_DAYS = 7
ON_FREE_DAYS = 12


def new_owners(sight: Sight) -> list[NewOwner]:
    """Customers whose book got another owner, or who came into another book, in 30 days."""
    found = sql(
        """
        with led as (
            select t.book_id, (t.since at time zone %(zone)s)::date as day
            from core_tenure t
            where t.role = 'owner' and t.until is null and t.person_id is not null
              and t.since >= %(since)s::date and exists (
                  select 1 from core_tenure o where o.book_id = t.book_id and o.id < t.id
                    and o.role = 'owner')),
        changed as (
            select c.id, l.day from led l join customers_customer c on c.book_id = l.book_id
            union all
            select h.customer_id, (h.valid_to at time zone %(zone)s)::date
            from customers_history h
            where h.changes ? 'book_id' and h.valid_to >= %(since)s::date),
        whom as (
            select c.id, b.owner_id, max(n.day) as day
            from changed n join customers_customer c on c.id = n.id and c.state = 'active'
            join core_book b on b.id = c.book_id and b.owner_id is not null
            where c.created_at < n.day - %(settled)s
            group by c.id, b.owner_id)
        select w.id, w.owner_id, w.day,
               coalesce(bool_or(t.two_way), false),
               coalesce(bool_or(t.two_way and t.channel = 'visit'), false)
        from whom w
        left join channels_touch t on t.customer_id = w.id and t.reversed_at is null
          and t.person_id = w.owner_id and (t.at at time zone %(zone)s)::date >= w.day
        group by w.id, w.owner_id, w.day order by w.id
        """,
        {
            "zone": str(core.time_zone()),
            "since": sight.morning.day - timedelta(days=VISIT_DAYS),
            "settled": timedelta(days=SETTLED_DAYS),
        },
    )
    return [NewOwner(*row) for row in found]


def greeted(sight: Sight) -> list[Row]:
    """Customers of the tiers that are greeted, for each festival that is near."""
    day, policy = sight.morning.day, sight.morning.policy
    ahead = festivals_between(day, day + timedelta(days=ON_FREE_DAYS))
    near = [(on, zh, en) for on, zh, en in ahead if zh in policy.festivals]
    if not near:
        return []
    ids = sql(
        f"select id from {sight.whom} where state = 'active' and kind = 'person' "
        "and level = any (%(levels)s) order by 1",
        {"levels": list(policy.festival_levels)},
    )
    return [
        Row(who, zh, on, facts={"event_zh": zh, "event_en": en})
        for on, zh, en in near
        for (who,) in ids
    ]
