"""Whom to propose, in which order, and how many of them fill the room."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

USUAL_RATE = 0.25  # of those invited who come, where nobody has held a salon yet
FEWEST_KNOWN = 30  # guests of past salons from which on their own rate is taken
CAME, MISSED = 0.15, -0.15  # what having come, or having stayed away, moves in the order


@dataclass(frozen=True)
class Candidate:
    """A customer who might be invited.

    Attributes
    ----------
    keeper
        Who looks after them; None for a branch's pool.
    value
        What they are worth; None where it is not known.
    came, missed
        Salons to which they came, and those for which they had said yes and stayed away.
    """

    customer: int
    keeper: int | None
    value: float | None = None
    came: int = 0
    missed: int = 0


@dataclass(frozen=True)
class Rate:
    """The share of invited customers who come, and where it is known from."""

    share: float
    is_known: bool
    invited: int = 0


def rate_of(invited: int, came: int, assumed: float | None) -> Rate:
    """The rate to plan with: what somebody set, else that of past salons, else the usual."""
    if assumed is not None:
        return Rate(assumed, is_known=False)
    if invited >= FEWEST_KNOWN and came:
        return Rate(came / invited, is_known=True, invited=invited)
    return Rate(USUAL_RATE, is_known=False)


def needed(capacity: int, rate: float, held_out: float) -> int:
    """How many to propose so that about `capacity` come, the share held out beside them."""
    return math.ceil(capacity / (rate * (1 - held_out)))


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Order by value and fit, each manager's customers in their turn.

    A list cut anywhere then holds about the same share of every manager's candidates, their
    best ones first: nobody's book is passed over because another's is richer.
    """
    ranked = sorted(candidates, key=lambda one: (-(one.value or 0.0), one.customer))
    last = max(1, len(ranked) - 1)
    score = {
        each.customer: 1 - place / last + CAME * bool(each.came) + MISSED * bool(each.missed)
        for place, each in enumerate(ranked)
    }
    books: dict[int | None, list[Candidate]] = {}
    for each in sorted(ranked, key=lambda one: (-score[one.customer], one.customer)):
        books.setdefault(each.keeper, []).append(each)
    turns = [
        ((place + 0.5) / len(own), -score[each.customer], each.customer, each)
        for own in books.values()
        for place, each in enumerate(own)
    ]
    return [turn[-1] for turn in sorted(turns, key=lambda turn: turn[:3])]
