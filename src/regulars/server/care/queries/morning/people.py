"""Days and words of people: birthdays, life events, contacts, what was agreed."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.base.calendar import USUAL, LunarBirthday, MissingDays, next_birthday
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.catalogue import CONTACT_OVERDUE
from regulars.server.care.rules.detect import Agreed, Birthday, LifeAction, Silent
from regulars.server.core import queries as core
from regulars.server.standards import queries as standards

# How long a contact's next date is still waited for.
PROMISES_BACK = 60


def birthdays(sight: Sight) -> list[Birthday]:
    """Customers whose birthday lies within the longest lead."""
    ahead = sight.morning.policy.longest_lead + 3
    return birthdays_within(sight.morning.day, ahead, of=sight.whom)


def birthdays_within(
    day: date, days: int, books: list[int] | None = None, *, of: str = "customers_customer"
) -> list[Birthday]:
    """Customers who have a birthday in the days ahead, the lunar one where it is kept.

    `of` is the relation to read; with `books` only their customers.
    """
    keys = birthday_keys(day, days, core.missing_days())
    found = sql(
        f"""
        select c.id, k.day, c.lunar_birthday from (
            select id, book_id, state, lunar_birthday,
                   case when lunar_birthday <> '' then 'L' || lunar_birthday
                        else 'S' || to_char(birth_date, 'FMMM-FMDD') end as key
            from {of} everyone
            where birth_date is not null or lunar_birthday <> ''
        ) c join unnest(%s::text[], %s::date[]) as k(key, day) on k.key = c.key
        where c.state <> 'closed' and (%s::bigint[] is null or c.book_id = any (%s::bigint[]))
        order by k.day, c.id
        """,
        [list(keys), list(keys.values()), books, books],
    )
    return [Birthday(*row) for row in found]


def birthday_keys(day: date, days: int, missing: MissingDays = USUAL) -> dict[str, date]:
    """Each solar ("S12-8") and lunar ("L8-15") birthday that falls into the days ahead."""
    found: dict[str, date] = {}
    leap_year = 2000  # holds all 366 birthdays
    for offset in range(366):
        born = date(leap_year, 1, 1) + timedelta(days=offset)
        when = next_birthday(day, born=born, missing=missing)
        if when is not None and (when - day).days <= days:
            found[f"S{born.month}-{born.day}"] = when
    for month in range(1, 13):
        for lunar_day in range(1, 31):
            kept = LunarBirthday(month, lunar_day)
            when = next_birthday(day, born=None, lunar_birthday=kept, missing=missing)
            if when is not None and (when - day).days <= days:
                found[f"L{kept}"] = when
    return found


def overdue(sight: Sight) -> list[Silent]:
    """Customers beyond their tier's interval of whom no task tells so yet.

    In a bank where half of the customers wait for a word, all but a few were told of on an
    earlier morning: their cycle, as `contact_overdue` names it, is known.
    """
    morning = sight.morning
    every = standards.intervals(morning.policy.matrix, day=morning.day)
    if sight.tiered is None or every is None:
        return []
    found = sql(
        f"""
        select silent.id, silent.last, silent.known from (
        select c.id, t.last, coalesce(c.since, c.created_at::date) as known,
               e.days as interval
        from {sight.whom} c
        {standards.every("c.level")}
        left join (
            select customer_id, (max(at) at time zone %(zone)s)::date as last
            from channels_touch where two_way and reversed_at is null
            group by customer_id
        ) t on t.customer_id = c.id
        where c.state <> 'closed'
          and coalesce(t.last, c.since, c.created_at::date) < %(day)s::date - e.days
        ) silent
        left join care_task told on told.trigger = %(code)s and told.customer_id = silent.id
         and told.cycle = to_char(coalesce(silent.last, silent.known), 'YYYY-MM-DD') || ':'
             || (%(day)s::date - coalesce(silent.last, silent.known)) / silent.interval
        where told.id is null
        order by silent.id
        """,
        {
            "zone": str(core.time_zone()),
            "code": CONTACT_OVERDUE.code,
            **every,
        },
    )
    return [Silent(*row) for row in found]


def promises(day: date) -> list[Agreed]:
    """Contacts whose next date has come.

    Left out: steps after an unanswered call from a card, whose own tasks come back; and
    dates that a later answer of the customer has overtaken. The same step for the same day,
    noted after two contacts, was agreed on once.
    """
    return [
        Agreed(*row)
        for row in sql(
            """
            select distinct on (t.customer_id, t.next_on, t.next_step)
                   t.customer_id, t.id, t.next_step, t.next_on, t.two_way
            from channels_touch t
            where t.reversed_at is null and t.next_on between %s and %s
              and not exists (select 1 from care_card k
                              where k.touch_id = t.id and k.outcome = 'no_answer')
              and not exists (select 1 from channels_touch later
                              where later.customer_id = t.customer_id and later.at > t.at
                                and later.two_way and later.reversed_at is null)
            order by t.customer_id, t.next_on, t.next_step, t.id
            """,
            [day - timedelta(days=PROMISES_BACK), day],
        )
    ]


def life_actions(day: date) -> list[LifeAction]:
    """What is to be done about events of customers' lives, and its day has come."""
    return [
        LifeAction(*row)
        for row in sql(
            """
            select customer_id, id, kind, happens_on, action, due_on, product_code, words
            from customers_lifeevent
            where done_at is null and due_on between %s and %s
            order by customer_id, id
            """,
            [day - timedelta(days=PROMISES_BACK), day],
        )
    ]
