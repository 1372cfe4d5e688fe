"""From day to day: what is carried over, what comes back, what is beyond a day's work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from regulars.server.care.actions.rows.cards import sum_up
from regulars.server.care.actions.rows.laid import change
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.morning import Sight
from regulars.server.care.rules import (
    Morning,
)
from regulars.server.core.models import public_ids


def follow_books(sight: Sight) -> int:
    """Lay open cards on the list of whoever looks after their customer by now."""
    return change(
        f"""
        update care_card k set book_id = c.book_id from {sight.whom} c
        where c.id = k.customer_id and k.state = 'open' and k.book_id <> c.book_id
        """,
        [],
    )


def carried(day: date) -> int:
    """How many cards wait since an earlier day."""
    return int(
        reads.sql("select count(*) from care_card where state = 'open' and day < %s", [day])[0][
            0
        ]
    )


def bring_back(morning: Morning) -> int:
    """Lay the open tasks of put-off and unanswered cards on cards of today.

    Their deadline moved with them, and what was put off keeps its first one beside it; they
    live two working days more at least.
    """
    day = morning.day
    waiting = reads.sql(
        """
        select distinct k.id, k.customer_id, k.desk, c.book_id
        from care_card k join customers_customer c on c.id = k.customer_id
        join care_task t on t.card_id = k.id and t.state = 'open'
        where k.state in ('snoozed', 'done') and k.next_on <= %(day)s and k.day < %(day)s
          and not exists (select 1 from care_card closed where closed.day = %(day)s
                          and closed.customer_id = k.customer_id and closed.desk = k.desk
                          and closed.state in ('done', 'snoozed'))
        order by k.id
        """,
        {"day": day},
    )
    if not waiting:
        return 0
    old = [card for card, *_place in waiting]
    books = {(customer, desk): book for _card, customer, desk, book in waiting}
    change(
        """
        insert into care_card (public_id, customer_id, desk, book_id, day, state, priority,
                               stake, gain, minutes, due_on, over_capacity, outcome,
                               next_step, snooze_reason)
        select public_id, customer_id, desk, book_id, %s, 'open', 5, 0, 0, 0, %s, false, '',
               '', ''
        from unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[])
             as n(public_id, customer_id, desk, book_id)
        on conflict do nothing
        """,
        [
            day,
            day,
            [key for key, _ in zip(public_ids(), books, strict=False)],
            [customer for customer, _desk in books],
            [desk for _customer, desk in books],
            list(books.values()),
        ],
    )
    cards = reads.sql(
        """
        update care_task t set card_id = k.id, due_on = greatest(t.due_on, %(due)s),
               first_due_on = case when old.state = 'snoozed' and t.due_on < %(due)s
                                   then coalesce(t.first_due_on, t.due_on)
                                   else t.first_due_on end,
               expires_on = greatest(t.expires_on, %(last)s)
        from care_card k, care_card old
        where old.id = any (%(old)s) and t.card_id = old.id and t.state = 'open'
          and k.customer_id = old.customer_id and k.state = 'open' and k.desk = old.desk
        returning k.id
        """,
        {"old": old, "due": morning.after(0), "last": morning.after(2)},
    )
    sum_up({row[0] for row in cards})
    return len(books)


def release_helped() -> int:
    """Give cards back to their owner's list where the helper no longer sees the book.

    A helper is at work and holds the book beside its owner, helps in it, or heads its place.
    """
    return change(
        """
        update care_card k set helper_id = null
        from core_book b join core_orgunit u on u.id = b.org_unit_id
        where b.id = k.book_id and k.helper_id is not null and k.state = 'open'
          and not exists (
            select 1 from core_person p join core_orgunit place on place.id = p.org_unit_id
            where p.id = k.helper_id and p.is_active
              and (b.backup_id = p.id
                   or exists (select 1 from core_tenure t where t.book_id = b.id
                              and t.person_id = p.id and t.role = 'helper'
                              and t.until is null)
                   or (p.role <> 'rm' and u.path like place.path || '%%')))
        """,
        [],
    )


def cut(day: date, minutes: int, *, soon: date, people: Collection[int] | None = None) -> int:
    """Mark what is beyond a day's hours of each owner; promises always stay on the list.

    What is due by `soon` takes its place first: a call that may wait a month must not push
    out a deposit that matures tomorrow. Then the class, then the gain per minute. Everybody
    has `minutes`, unless a capacity says otherwise. Lists of ranks and of the service desk
    are not cut. A card taken over takes its helper's time. With `people`, only their lists.
    """
    change(
        """
        with held as (
            select distinct on (person_id) person_id, minutes from care_capacity
            where first_on <= %(day)s and (last_on is null or last_on >= %(day)s)
            order by person_id, first_on desc, id desc),
        placed as (
            select card.id, coalesce(held.minutes, %(minutes)s) as has,
                   sum(card.minutes) over (
                       partition by coalesce(card.helper_id, book.owner_id, -book.id)
                       order by card.state = 'open', card.due_on > %(soon)s, card.priority,
                                card.gain / greatest(card.minutes, 1) desc, card.stake desc,
                                card.id) as until
            from care_card card join core_book book on book.id = card.book_id
            left join held on held.person_id = coalesce(card.helper_id, book.owner_id)
            where card.desk = 'rm' and (card.state = 'open' and card.day <= %(day)s
                   or card.state in ('done', 'snoozed') and card.day = %(day)s)
              and (%(people)s::bigint[] is null
                   or coalesce(card.helper_id, book.owner_id) = any (%(people)s))),
        judged as (
            select p.id, p.until > p.has and k.priority > 1 as over
            from placed p join care_card k on k.id = p.id and k.state = 'open')
        update care_card k set over_capacity = j.over from judged j
        where k.id = j.id and k.over_capacity is distinct from j.over
        """,
        {
            "day": day,
            "minutes": minutes,
            "soon": soon,
            "people": list(people) if people is not None else None,
        },
    )
    return int(
        reads.sql(
            "select count(*) from care_card "
            "where day <= %s and over_capacity and state = 'open'",
            [day],
        )[0][0]
    )
