"""By which ways somebody is thanked. Features that have others to give add theirs here.

A way is asked under a key of ours and must answer the same for the same key, however often
it is asked. A way whose gift is tangible (it is, or can become, goods or money) says so: a
bank gives nothing of the kind for a deposit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from regulars.base.errors import Refused
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.referrals import queries
from regulars.server.referrals.models import Reward

Give = Callable[..., str]  # (customer, amount, *, thing, key, ref, by, at) -> a receipt
TakeBack = Callable[..., Any]  # (receipt, *, key, by, at) -> one of Reward.Why if it stays
Things = Callable[[datetime], list[tuple[str, str]]]  # what may be promised now: code, words
Check = Callable[[str], None]  # (thing); raises what keeps it from being promised


class NotYet(Refused):
    """It cannot be given now; it waits. The words are one of `Reward.Why`, or a way's own."""


@dataclass(frozen=True)
class Way:
    """One way to thank somebody.

    Attributes
    ----------
    code
        Stable: it stands in terms and rewards.
    label, unit
        "Points", and what an amount of it is called: "points".
    tangible
        Whether it is goods or money, or can become such.
    give
        Gives it once per key; raises `NotYet` where it must wait.
    take_back
        Takes back what the receipt names, once per key; answers why where it cannot.
    things
        What may be chosen, where terms must name one thing: a batch, a gift.
    check
        Refuses a thing that may not be promised.
    says
        What it gives, in words; without it so many of the unit.
    stands
        Where that is which a receipt names.
    undone
        Why somebody undid what a receipt names; nothing where it stands.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    tangible: bool
    give: Give
    take_back: TakeBack
    things: Things | None = None
    check: Check | None = None
    says: queries.Says | None = None
    stands: Callable[[str], str] | None = None
    undone: Callable[[str], str] | None = None


_ways: dict[str, Way] = {}


def add_way(way: Way) -> None:
    """Offer a way; called when the server starts."""
    _ways[way.code] = way
    queries.add_words(way.code, way.says or queries.say_unit(way.unit))


def way(code: str) -> Way | None:
    return _ways.get(code)


def ways() -> tuple[Way, ...]:
    """All there are; what is counted stands before what is named."""
    return tuple(sorted(_ways.values(), key=lambda one: (one.things is not None, one.code)))


def stands(reward: Reward) -> str:
    """Where that is which was given, in words; nothing for what has no way of its own."""
    found = way(reward.way)
    if found is None or found.stands is None or not reward.receipt:
        return ""
    return found.stands(reward.receipt)


def undone(reward: Reward) -> str:
    """Why what was given was not, after all: one of `Reward.Why`, or words; else nothing."""
    found = way(reward.way)
    if found is None or found.undone is None or not reward.receipt:
        return ""
    return found.undone(reward.receipt)


def give(reward: Reward, customer: Customer, *, key: str, by: Actor, at: datetime) -> str:
    """:raises NotYet: it must wait, or nobody gives such things any more."""
    found = way(reward.way)
    if found is None:
        raise NotYet(Reward.Why.NO_WAY)
    return found.give(
        customer, reward.amount, thing=reward.thing, key=key,
        ref=f"referral:{reward.referral.public_id}", by=by, at=at,
    )  # fmt: skip


def take_back(reward: Reward, *, key: str, by: Actor, at: datetime) -> str:
    """Take back what was given; answers one of `Reward.Why` where it stays given."""
    found = way(reward.way)
    if found is None or not reward.receipt:
        return ""
    return str(found.take_back(reward.receipt, key=key, by=by, at=at) or "")
