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

# One card per customer, day and desk.
Place = tuple[int, str]


def move(moved: list[tuple[int, Reason]]) -> None:
    if not moved:
        return
    stage(
        {
            "id": "bigint",
            "cycle": "text",
            "due_on": "date",
            "stake": "numeric",
            "chance": "float8",
            "gain": "numeric",
            "expires_on": "date",
            "facts": "jsonb",
        },
        (
            (
                task,
                reason.cycle,
                reason.due_on,
                reason.stake,
                reason.chance,
                reason.gain,
                reason.expires_on,
                _json(reason),
            )
            for task, reason in moved
        ),
    )
    cards = reads.sql(
        """
        update care_task t set cycle = n.cycle, due_on = n.due_on, stake = n.stake,
               chance = n.chance, gain = n.gain,
               expires_on = n.expires_on, facts = n.facts
        from staged n where t.id = n.id returning t.card_id
        """
    )
    sum_up({row[0] for row in cards})


def write(
    new: list[Reason], subjects: Mapping[int, Subject], day: date, at: datetime
) -> tuple[int, int]:
    """Put new tasks on the customer's card of today and of their desk, or on a new card."""
    laid: dict[Place, list[Reason]] = defaultdict(list)
    for reason in new:
        laid[reason.customer_id, str(reason.trigger.desk)].append(reason)
    standing = _standing(laid, day)
    made = _new_cards([place for place in laid if place not in standing], laid, subjects, day)
    tasks = _new_tasks(new, standing | made, at)
    sum_up({standing[place] for place in laid if place in standing})
    return tasks, len(made)


def _standing(laid: Mapping[Place, list[Reason]], day: date) -> dict[Place, int]:
    """The cards of today that take new reasons; one that was taken back opens again."""
    found = {
        (customer, desk): card
        for customer, desk, card in reads.sql(
            "select k.customer_id, k.desk, k.id "
            "from unnest(%s::bigint[]) as asked(customer_id) "
            "join care_card k on k.customer_id = asked.customer_id "
            "and (k.state = 'open' or k.state = 'gone' and k.day = %s) "
            "order by k.state = 'open', k.id",  # of two an open one comes last, and stays
            [list({customer for customer, _desk in laid}), day],
        )
        if (customer, desk) in laid
    }
    change(
        "update care_card set state = 'open', closed_at = null "
        "where id = any (%s) and state = 'gone'",
        [list(found.values())],
    )
    return found


def _new_cards(
    places: list[Place],
    reasons: Mapping[Place, list[Reason]],
    subjects: Mapping[int, Subject],
    day: date,
) -> dict[Place, int]:
    def row(place: Place, key: str) -> tuple[Any, ...]:
        found = summarise(_parts(reasons[place]))
        customer, desk = place
        book = subjects[customer].book_id
        return (
            *(key, customer, desk, book, found.priority, found.stake, found.gain),
            *(found.minutes, found.due_on),
        )

    stage(
        {
            "public_id": "text",
            "customer_id": "bigint",
            "desk": "text",
            "book_id": "bigint",
            "priority": "int",
            "stake": "numeric",
            "gain": "numeric",
            "minutes": "int",
            "due_on": "date",
        },
        (row(place, key) for place, key in zip(places, public_ids(), strict=False)),
    )
    rows = reads.sql(
        """
        insert into care_card (public_id, customer_id, desk, book_id, day, state, priority,
                               stake, gain, minutes, due_on, over_capacity, outcome,
                               next_step, snooze_reason)
        select public_id, customer_id, desk, book_id, %s, 'open', priority, stake, gain,
               minutes, due_on, false, '', '', ''
        from staged on conflict do nothing returning customer_id, desk, id
        """,
        [day],
    )
    return {(customer, desk): card for customer, desk, card in rows}


def _new_tasks(new: list[Reason], cards: Mapping[Place, int], at: datetime) -> int:
    stage(
        {
            "card_id": "bigint",
            "customer_id": "bigint",
            "trigger": "text",
            "cycle": "text",
            "priority": "int",
            "stake": "numeric",
            "chance": "float8",
            "gain": "numeric",
            "minutes": "int",
            "due_on": "date",
            "expires_on": "date",
            "happens_on": "date",
            "learned_on": "date",
            "facts": "jsonb",
        },
        (
            (
                cards[reason.customer_id, str(reason.trigger.desk)],
                reason.customer_id,
                reason.trigger.code,
                reason.cycle,
                int(reason.priority),
                reason.stake,
                reason.chance,
                reason.gain,
                reason.trigger.minutes,
                reason.due_on,
                reason.expires_on,
                reason.happens_on,
                reason.learned_on,
                _json(reason),
            )
            for reason in new
            if (reason.customer_id, str(reason.trigger.desk)) in cards
        ),
    )
    return change(
        """
        insert into care_task (card_id, customer_id, trigger, cycle, state, priority, stake,
                               chance, gain, minutes, due_on, expires_on, happens_on,
                               learned_on, facts, made_at)
        select card_id, customer_id, trigger, cycle, 'open', priority, stake, chance, gain,
               minutes, due_on, expires_on, happens_on, learned_on, facts, %s
        from staged on conflict do nothing
        """,
        [at],
    )


def _parts(reasons: list[Reason]) -> list[Part]:
    return [
        Part(
            *(reason.trigger.code, reason.priority, reason.stake, reason.due_on),
            *(reason.gain, reason.trigger.minutes),
        )
        for reason in reasons
    ]


def _json(reason: Reason) -> str:
    return json.dumps(reason.facts, ensure_ascii=False)
