"""How far a goal is, and what a plan lacks before it can hold. Pure."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class Lack(StrEnum):
    """What keeps a draft from being put into force."""

    AIM = "aim"
    GOAL = "goal"
    STEP = "step"


def reached(start: Decimal | None, target: Decimal, now: Decimal | None) -> bool | None:
    """Whether the figure is there; a target below the start is reached from above.

    None where nobody knows where it stands.
    """
    if now is None:
        return None
    return now <= target if start is not None and target < start else now >= target


def share(start: Decimal | None, target: Decimal, now: Decimal | None) -> float | None:
    """The part of the way from start to target, 0 to 1; None where nobody knows."""
    if now is None:
        return None
    way = target - (start or Decimal(0))
    if not way:
        return 1.0 if reached(start, target, now) else 0.0
    return min(1.0, max(0.0, float((now - (start or Decimal(0))) / way)))


def lacks(*, aim: str, goals: int, steps: int) -> tuple[Lack, ...]:
    """What a plan needs and has not: why, where to, and the first thing to do."""
    there = ((Lack.AIM, bool(aim.strip())), (Lack.GOAL, goals > 0), (Lack.STEP, steps > 0))
    return tuple(lack for lack, is_there in there if not is_there)
