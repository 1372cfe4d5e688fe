"""By which ways somebody is thanked. Features that have others to give add theirs here.

A way is asked under a key of ours and must answer the same for the same key, however often
it is asked: points do. A way whose gift is tangible (it is, or can become, goods or money)
says so: a bank gives nothing of the kind for a deposit.
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

Give = Callable[..., str]  # (customer, amount, *, key, ref, by, at) -> a receipt
TakeBack = Callable[..., Any]  # (receipt, *, key, by, at)


class NotYet(Refused):
    """It cannot be given now; it waits, and the words say what for."""


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
        Takes back what the receipt names, once per key.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    tangible: bool
    give: Give
    take_back: TakeBack


_ways: dict[str, Way] = {}


def add_way(way: Way) -> None:
    """Offer a way; called when the server starts."""
    _ways[way.code] = way


def way(code: str) -> Way | None:
    return _ways.get(code)


def ways() -> tuple[Way, ...]:
    return tuple(_ways[code] for code in sorted(_ways))


def give(
    code: str, customer: Customer, amount: int, *, key: str, ref: str, by: Actor, at: datetime
) -> str:
    """:raises NotYet: it must wait, or nobody gives such things any more."""
    found = way(code)
    if found is None:
        raise NotYet(f"Nobody gives “{code}” here.")
    return found.give(customer, amount, key=key, ref=ref, by=by, at=at)


def take_back(code: str, receipt: str, *, key: str, by: Actor, at: datetime) -> None:
    if (found := way(code)) is not None and receipt:
        found.take_back(receipt, key=key, by=by, at=at)
