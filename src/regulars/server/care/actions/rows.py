"""What a morning writes, set-wise: cards and tasks laid beside the tables, then joined in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from regulars.server.care.queries import files
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    Morning,
    Reason,
    Subject,
    summarise,
)
from regulars.server.care.rules.cards import Part
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.core.models import public_ids
from regulars.server.scoring.models import Run

MARKETING = tuple(code for code, trigger in TRIGGERS.items() if trigger.marketing)


def change(statement: str, parameters: Any) -> int:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        changed: int = db.rowcount
    return max(changed, 0)


def stage(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Lay rows beside the tables, as `staged`: COPY is many times faster than parameters."""
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as db:
        db.execute("drop table if exists pg_temp.staged")
        db.execute(f"create temp table staged ({typed}) on commit drop")
        with db.copy(f"copy staged ({', '.join(columns)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def expire(day: date, at: datetime) -> int:
    """Close tasks past their last day, then the cards that have nothing left.

    What was put off waits for its day, however long that is.
    """
    change(
        """
        update care_task t set state = 'expired', closed_at = %(at)s
        from care_card k
        where k.id = t.card_id and k.state = 'open' and t.state = 'open'
          and t.expires_on < %(day)s
        """,
        {"at": at, "day": day},
    )
    return close_empty(at)


def close_empty(at: datetime) -> int:
    return change(
        """
        update care_card k set state = 'expired', closed_at = %s
        where k.state = 'open'
          and not exists (select 1 from care_task t where t.card_id = k.id and t.state = 'open')
        """,
        [at],
    )


def drop_refused(morning: Morning, run: Run | None, at: datetime) -> int:
    """Take back open marketing reasons of customers who have said no since.

    Of those who died, or whom a legal block stops, every reason is taken back.
    """
    waiting = reads.sql(
        "select t.id, t.customer_id from care_task t "
        "join customers_customer c on c.id = t.customer_id where t.state = 'open' "
        "and (t.trigger = any (%s) or c.deceased_on is not null or c.legal_block <> '')",
        [list(MARKETING)],
    )
    known = reads.subjects({customer for _task, customer in waiting}, morning, run)
    refused = [
        task
        for task, customer in waiting
        if customer not in known or not known[customer].marketing
    ]
    if not refused:
        return 0
    dropped = reads.sql(
        "update care_task set state = 'expired', closed_at = %s where id = any (%s) "
        "returning card_id",
        [at, refused],
    )
    close_empty(at)
    sum_up({row[0] for row in dropped})
    return len(refused)


def drop_mended(at: datetime) -> int:
    """Take back open reasons about files that are whole by now, whoever mended them."""
    mended = files.mended(at=at)
    if not mended:
        return 0
    dropped = reads.sql(
        "update care_task set state = 'done', closed_at = %s where id = any (%s) "
        "returning card_id",
        [at, mended],
    )
    close_empty(at)
    sum_up({row[0] for row in dropped})
    return len(mended)


# Trigger -> what must still be there for its task to stand; `day` is the morning's.
STANDS = {
    "life_event": "from customers_lifeevent e where e.id = split_part(t.cycle, ':', 1)::bigint "
    "and e.done_at is null and e.due_on <= %(day)s",
    "terms_ending": "from trade_terms e where e.id = t.cycle::bigint "
    "and e.replaced_by_id is null",
    "quote_ending": "from trade_quote e where e.id = t.cycle::bigint and e.state = 'sent'",
    "invoice_overdue": "from trade_invoice e where e.customer_id = t.customer_id "
    "and e.paid < e.amount and e.due_on < %(day)s",
    "joint_plan": "from trade_jointplan e where e.id = split_part(t.cycle, ':', 1)::bigint "
    "and e.closed_at is null and e.next_on <= %(day)s",
}


def drop_settled(day: date, at: datetime) -> int:
    """Take back open reasons that were settled, put off or removed where they came from:
    a life event done, terms renewed, a quote answered, an invoice paid, a plan moved on."""
    # A CASE, for the cycles of other triggers are no numbers.
    gone = " ".join(
        f"when '{code}' then not exists (select 1 {there})" for code, there in STANDS.items()
    )
    dropped = reads.sql(
        "update care_task t set state = 'expired', closed_at = %(at)s "
        f"where t.state = 'open' and case t.trigger {gone} else false end "
        "returning card_id",
        {"at": at, "day": day},
    )
    if dropped:
        close_empty(at)
        sum_up({row[0] for row in dropped})
    return len(dropped)


def move(moved: list[tuple[int, Reason]]) -> None:
    if not moved:
        return
    stage(
        {
            "id": "bigint",
            "cycle": "text",
            "due_on": "date",
            "stake": "numeric",
            "expires_on": "date",
            "facts": "jsonb",
        },
        (
            (task, reason.cycle, reason.due_on, reason.stake, reason.expires_on, _json(reason))
            for task, reason in moved
        ),
    )
    cards = reads.sql(
        """
        update care_task t set cycle = n.cycle, due_on = n.due_on, stake = n.stake,
               expires_on = n.expires_on, facts = n.facts
        from staged n where t.id = n.id returning t.card_id
        """
    )
    sum_up({row[0] for row in cards})


def write(
    new: list[Reason], subjects: Mapping[int, Subject], day: date, at: datetime
) -> tuple[int, int]:
    """Put new tasks on the customer's card of today, or on a new card."""
    by_customer: dict[int, list[Reason]] = defaultdict(list)
    for reason in new:
        by_customer[reason.customer_id].append(reason)
    standing = dict(
        reads.sql(
            "select customer_id, id from care_card "
            "where day = %s and state = 'open' and customer_id = any (%s)",
            [day, list(by_customer)],
        )
    )
    without = [customer for customer in by_customer if customer not in standing]
    made = _new_cards(without, by_customer, subjects, day)
    cards = standing | made
    tasks = _new_tasks(new, cards, at)
    sum_up({standing[customer] for customer in by_customer if customer in standing})
    return tasks, len(made)


def _new_cards(
    customers: list[int],
    reasons: Mapping[int, list[Reason]],
    subjects: Mapping[int, Subject],
    day: date,
) -> dict[int, int]:
    def row(customer: int, key: str) -> tuple[Any, ...]:
        found = summarise(_parts(reasons[customer]))
        book = subjects[customer].book_id
        return key, customer, book, found.priority, found.stake, found.minutes, found.due_on

    stage(
        {
            "public_id": "text",
            "customer_id": "bigint",
            "book_id": "bigint",
            "priority": "int",
            "stake": "numeric",
            "minutes": "int",
            "due_on": "date",
        },
        (row(customer, key) for customer, key in zip(customers, public_ids(), strict=False)),
    )
    rows = reads.sql(
        """
        insert into care_card (public_id, customer_id, book_id, day, state, priority, stake,
                               minutes, due_on, over_capacity, outcome, next_step,
                               snooze_reason)
        select public_id, customer_id, book_id, %s, 'open', priority, stake, minutes, due_on,
               false, '', '', ''
        from staged on conflict do nothing returning customer_id, id
        """,
        [day],
    )
    return dict(rows)


def _new_tasks(new: list[Reason], cards: Mapping[int, int], at: datetime) -> int:
    stage(
        {
            "card_id": "bigint",
            "customer_id": "bigint",
            "trigger": "text",
            "cycle": "text",
            "priority": "int",
            "stake": "numeric",
            "due_on": "date",
            "expires_on": "date",
            "happens_on": "date",
            "facts": "jsonb",
        },
        (
            (
                cards[reason.customer_id],
                reason.customer_id,
                reason.trigger.code,
                reason.cycle,
                int(reason.priority),
                reason.stake,
                reason.due_on,
                reason.expires_on,
                reason.happens_on,
                _json(reason),
            )
            for reason in new
            if reason.customer_id in cards
        ),
    )
    return change(
        """
        insert into care_task (card_id, customer_id, trigger, cycle, state, priority, stake,
                               due_on, expires_on, happens_on, facts, made_at)
        select card_id, customer_id, trigger, cycle, 'open', priority, stake, due_on,
               expires_on, happens_on, facts, %s
        from staged on conflict do nothing
        """,
        [at],
    )


def carry_over(day: date) -> int:
    """Move the open cards of earlier days to today; they keep their address."""
    return change(
        """
        update care_card k set day = %(day)s, book_id = c.book_id
        from customers_customer c
        where c.id = k.customer_id and k.state = 'open' and k.day < %(day)s
          and not exists (select 1 from care_card other
                          where other.customer_id = k.customer_id and other.day = %(day)s)
        """,
        {"day": day},
    )


def bring_back(morning: Morning) -> int:
    """Lay the open tasks of put-off and unanswered cards on cards of today.

    Their deadline moved with them; they live two working days more at least.
    """
    day = morning.day
    waiting = reads.sql(
        """
        select distinct k.id, k.customer_id, c.book_id
        from care_card k join customers_customer c on c.id = k.customer_id
        join care_task t on t.card_id = k.id and t.state = 'open'
        where k.state in ('snoozed', 'done') and k.next_on <= %(day)s and k.day < %(day)s
          and not exists (select 1 from care_card closed where closed.day = %(day)s
                          and closed.customer_id = k.customer_id and closed.state <> 'open')
        order by k.id
        """,
        {"day": day},
    )
    if not waiting:
        return 0
    old = [card for card, _customer, _book in waiting]
    books = {customer: book for _card, customer, book in waiting}
    change(
        """
        insert into care_card (public_id, customer_id, book_id, day, state, priority, stake,
                               minutes, due_on, over_capacity, outcome, next_step,
                               snooze_reason)
        select public_id, customer_id, book_id, %s, 'open', 5, 0, 0, %s, false, '', '', ''
        from unnest(%s::text[], %s::bigint[], %s::bigint[])
             as n(public_id, customer_id, book_id)
        on conflict do nothing
        """,
        [
            day,
            day,
            [key for key, _ in zip(public_ids(), books, strict=False)],
            list(books),
            list(books.values()),
        ],
    )
    cards = reads.sql(
        """
        update care_task t set card_id = k.id, due_on = greatest(t.due_on, %(due)s),
               expires_on = greatest(t.expires_on, %(last)s)
        from care_card k, care_card old
        where old.id = any (%(old)s) and t.card_id = old.id and t.state = 'open'
          and k.customer_id = old.customer_id and k.day = %(day)s
        returning k.id
        """,
        {"old": old, "day": day, "due": morning.after(0), "last": morning.after(2)},
    )
    sum_up({row[0] for row in cards})
    return len(books)


def sum_up(cards: Iterable[int]) -> None:
    """Write rank, stake, deadline and time of cards anew from their open tasks."""
    rows = reads.sql(
        "select card_id, trigger, priority, stake, due_on from care_task "
        "where state = 'open' and card_id = any (%s)",
        [list(cards)],
    )
    parts: dict[int, list[Part]] = defaultdict(list)
    for card, trigger, priority, stake, due_on in rows:
        parts[card].append(Part(trigger, priority, stake, due_on))
    if not parts:
        return
    found = {card: summarise(inside) for card, inside in parts.items()}
    stage(
        {
            "id": "bigint",
            "priority": "int",
            "stake": "numeric",
            "minutes": "int",
            "due_on": "date",
        },
        ((card, s.priority, s.stake, s.minutes, s.due_on) for card, s in found.items()),
    )
    change(
        """
        update care_card k set priority = n.priority, stake = n.stake, minutes = n.minutes,
               due_on = n.due_on
        from staged n where k.id = n.id and k.state = 'open'
        """,
        [],
    )


def cut(day: date, most: int, *, soon: date) -> int:
    """Mark what is beyond a day's work of each owner; promises always stay on the list.

    What is due by `soon` takes its place first: a call that may wait a month must not push
    out a deposit that matures tomorrow. Then the class, then what is at stake.
    """
    change(
        """
        update care_card k set over_capacity = r.place > %(most)s and k.priority > 1
        from (
            select card.id, row_number() over (
                partition by coalesce(book.owner_id, -book.id)
                order by card.state = 'open', card.due_on > %(soon)s, card.priority,
                         card.stake desc, card.id) as place
            from care_card card join core_book book on book.id = card.book_id
            where card.day = %(day)s
        ) r
        where r.id = k.id and k.day = %(day)s and k.state = 'open'
          and k.over_capacity is distinct from (r.place > %(most)s and k.priority > 1)
        """,
        {"day": day, "most": most, "soon": soon},
    )
    return int(
        reads.sql(
            "select count(*) from care_card "
            "where day = %s and over_capacity and state = 'open'",
            [day],
        )[0][0]
    )


def _parts(reasons: list[Reason]) -> list[Part]:
    return [
        Part(reason.trigger.code, reason.priority, reason.stake, reason.due_on)
        for reason in reasons
    ]


def _json(reason: Reason) -> str:
    return json.dumps(reason.facts, ensure_ascii=False)
