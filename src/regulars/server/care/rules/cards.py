"""What stands on a card: the rank of its reasons, its stake and the time it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.server.care.rules.catalogue import TRIGGERS, Priority

# A second reason in the same talk costs less than a talk of its own.
MINUTES_PER_FURTHER_REASON = 2


@dataclass(frozen=True)
class Part:
    """One open task, as far as the card needs it."""

    trigger: str
    priority: int
    stake: Decimal
    due_on: date


@dataclass(frozen=True)
class Summary:
    """What the card shows and is ordered by."""

    priority: int
    stake: Decimal
    due_on: date
    minutes: int


def rank(parts: Iterable[Part]) -> list[Part]:
    """Order reasons: the class first, then what is at stake, then the deadline."""
    return sorted(parts, key=lambda p: (p.priority, -p.stake, p.due_on, p.trigger))


def summarise(parts: Iterable[Part]) -> Summary:
    """Put the reasons of one customer together.

    The stake is that of the strongest class. Maturing amounts add up; in the other classes
    each reason names the same money, so the largest counts.
    """
    ranked = rank(parts)
    first = ranked[0]
    same = [part.stake for part in ranked if part.priority == first.priority]
    adds = first.priority == Priority.MATURITY
    minutes = max(TRIGGERS[part.trigger].minutes for part in ranked)
    return Summary(
        priority=first.priority,
        stake=sum(same, Decimal(0)) if adds else max(same),
        due_on=min(part.due_on for part in ranked),
        minutes=minutes + MINUTES_PER_FURTHER_REASON * (len(ranked) - 1),
    )
