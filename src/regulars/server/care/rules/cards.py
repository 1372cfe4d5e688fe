"""What stands on a card: the rank of its reasons, its stake and the time it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.server.care.rules.shape import Priority

# A second reason in the same talk costs less than a talk of its own.
MINUTES_PER_FURTHER_REASON = 2


@dataclass(frozen=True)
class Part:
    """One open task, as far as the card needs it."""

    trigger: str
    priority: int
    stake: Decimal
    due_on: date
    gain: Decimal = Decimal(0)
    minutes: int = 10


@dataclass(frozen=True)
class Summary:
    """What the card shows and is ordered by."""

    priority: int
    stake: Decimal
    gain: Decimal
    due_on: date
    minutes: int


def rank(parts: Iterable[Part]) -> list[Part]:
    """Order reasons: the class first, then gain and stake, then the deadline."""
    return sorted(parts, key=lambda p: (p.priority, -p.gain, -p.stake, p.due_on, p.trigger))


def summarise(parts: Iterable[Part]) -> Summary:
    """Put the reasons of one customer together.

    The stake is that of the strongest class. Maturing amounts add up; in the other classes
    each reason names the same money, so the largest counts. The gain is that of the whole
    talk: what matures adds up, and the largest of the others comes to it.
    """
    ranked = rank(parts)
    first = ranked[0]
    same = [part.stake for part in ranked if part.priority == first.priority]
    adds = first.priority == Priority.MATURITY
    maturing = [part.gain for part in ranked if part.priority == Priority.MATURITY]
    others = [part.gain for part in ranked if part.priority != Priority.MATURITY]
    return Summary(
        priority=first.priority,
        stake=sum(same, Decimal(0)) if adds else max(same),
        gain=sum(maturing, Decimal(0)) + max(others, default=Decimal(0)),
        due_on=min(part.due_on for part in ranked),
        minutes=max(part.minutes for part in ranked)
        + MINUTES_PER_FURTHER_REASON * (len(ranked) - 1),
    )
