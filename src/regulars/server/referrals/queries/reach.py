"""Whom a happy or an unhappy customer reaches by ties that are known, in one step and two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.voice.models import Loop

LOOKED_AT = 60  # newest answers of each kind; each is one walk
SHOWN = 15
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Voice:
    """One customer with the newest score, and how many known people lie around them."""

    customer: Customer
    score: int
    one: int
    two: int


@dataclass(frozen=True)
class Voices:
    """The happy or the unhappy who reach most, and the sums over those looked at."""

    rows: tuple[Voice, ...]
    looked_at: int
    one: int
    two: int
    cut: bool

    @property
    def mean(self) -> float | None:
        return self.two / self.looked_at if self.looked_at else None


def voices(viewer: Person, at: datetime) -> dict[str, Voices]:
    """Promoters and detractors of a year, by the newest score of each customer.

    `two` counts those of the first step, too.
    """
    found = (
        Loop.objects.visible_to(viewer)
        .filter(opened_at__gt=at - YEAR)
        .select_related("customer")
        .order_by("customer", "-opened_at", "-pk")
        .distinct("customer")
    )
    by_kind: dict[str, list[Loop]] = {kind: [] for kind in Loop.Kind.values}
    for loop in sorted(found, key=lambda one: (one.opened_at, one.pk), reverse=True):
        by_kind[loop.kind].append(loop)
    return {kind: _of(viewer, some) for kind, some in by_kind.items()}


def _of(viewer: Person, some: list[Loop]) -> Voices:
    rows: list[Voice] = []
    ones: set[int] = set()
    twos: set[int] = set()
    for loop in some[:LOOKED_AT]:
        network = customers.network(viewer, loop.customer, steps=2)
        near, around = network.within(1), network.within(2)
        ones |= set(near)
        twos |= set(around)
        rows.append(Voice(loop.customer, loop.score, len(near), len(around)))
    rows.sort(key=lambda row: (-row.two, -row.one, row.customer.pk))
    return Voices(tuple(rows[:SHOWN]), len(rows), len(ones), len(twos), len(some) > LOOKED_AT)
