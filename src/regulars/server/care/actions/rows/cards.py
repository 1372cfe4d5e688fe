"""Cards follow their open tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from regulars.server.care.actions.rows.laid import change, stage
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    summarise,
)
from regulars.server.care.rules.cards import Part
from regulars.server.core import queries as core


def close_empty(cards: Collection[int], at: datetime) -> int:
    """Close those of the cards that have no open task: expired, or gone where none expired."""
    if not cards:
        return 0
    today = core.local_date(at)
    return change(
        """
        update care_card k
        set closed_at = %s, day = greatest(k.day, %s), state = case when exists (
                   select 1 from care_task t where t.card_id = k.id and t.state = 'expired')
               then 'expired' else 'gone' end
        from unnest(%s::bigint[]) as left_by(card_id)
        where k.id = left_by.card_id and k.state = 'open'
          and not exists (select 1 from care_task t where t.card_id = k.id and t.state = 'open')
        """,
        [at, today, list(cards)],
    )


def sum_up(cards: Collection[int]) -> None:
    """Write rank, stake, deadline and time of cards anew from their open tasks."""
    if not cards:
        return
    rows = reads.sql(
        "select t.card_id, t.trigger, t.priority, t.stake, t.due_on, t.gain, t.minutes "
        "from unnest(%s::bigint[]) as asked(card_id) "
        "join care_task t on t.card_id = asked.card_id and t.state = 'open'",
        [list(cards)],
    )
    parts: dict[int, list[Part]] = defaultdict(list)
    for card, *part in rows:
        parts[card].append(Part(*part))
    if not parts:
        return
    found = {card: summarise(inside) for card, inside in parts.items()}
    stage(
        {
            "id": "bigint",
            "priority": "int",
            "stake": "numeric",
            "gain": "numeric",
            "minutes": "int",
            "due_on": "date",
        },
        ((card, s.priority, s.stake, s.gain, s.minutes, s.due_on) for card, s in found.items()),
    )
    change(
        """
        update care_card k set priority = n.priority, stake = n.stake, gain = n.gain,
               minutes = n.minutes, due_on = n.due_on
        from staged n where k.id = n.id and k.state = 'open'
        """,
        [],
    )
