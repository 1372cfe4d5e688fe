"""Cards follow their open tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from regulars.server.care.actions.rows.laid import change, stage
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    summarise,
)
from regulars.server.care.rules.cards import Part


def close_empty(at: datetime) -> int:
    """Close the cards without an open task: expired, or gone where none of them expired."""
    return change(
        """
        update care_card k set closed_at = %s, state = case when exists (
                   select 1 from care_task t where t.card_id = k.id and t.state = 'expired')
               then 'expired' else 'gone' end
        where k.state = 'open'
          and not exists (select 1 from care_task t where t.card_id = k.id and t.state = 'open')
        """,
        [at],
    )


def sum_up(cards: Iterable[int]) -> None:
    """Write rank, stake, deadline and time of cards anew from their open tasks."""
    rows = reads.sql(
        "select card_id, trigger, priority, stake, due_on, gain, minutes from care_task "
        "where state = 'open' and card_id = any (%s)",
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
