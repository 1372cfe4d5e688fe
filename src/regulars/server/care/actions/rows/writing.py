"""New tasks on cards, and those that moved to another day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from regulars.server.care.actions.rows.cards import sum_up
from regulars.server.care.actions.rows.laid import change, stage
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    Reason,
    Subject,
    summarise,
)
from regulars.server.care.rules.cards import Part
from regulars.server.core.models import public_ids


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


def _parts(reasons: list[Reason]) -> list[Part]:
    return [
        Part(reason.trigger.code, reason.priority, reason.stake, reason.due_on)
        for reason in reasons
    ]


def _json(reason: Reason) -> str:
    return json.dumps(reason.facts, ensure_ascii=False)
