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
KINDS = tuple(Loop.Kind.values)


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

    every: tuple[Voice, ...]  # all that were looked at, who reaches most first
    near: frozenset[int]
    around: frozenset[int]
    cut: bool

    @property
    def rows(self) -> tuple[Voice, ...]:
        return self.every[:SHOWN]

    @property
    def looked_at(self) -> int:
        return len(self.every)

    @property
    def one(self) -> int:
        return len(self.near)

    @property
    def two(self) -> int:
        return len(self.around)

    @property
    def mean(self) -> float | None:
        return self.two / self.looked_at if self.looked_at else None


def voices(viewer: Person, at: datetime) -> dict[str, Voices]:
    """Promoters and detractors of a year, by the newest score of each customer.

    `two` counts those of the first step, too.
    """
    return {kind: _of(viewer, some) for kind, some in _loops(viewer, at).items()}


def voices_of(viewer: Person, at: datetime, kind: str) -> Voices:
    """Those of one kind alone."""
    return _of(viewer, _loops(viewer, at).get(kind, []))


def _loops(viewer: Person, at: datetime) -> dict[str, list[Loop]]:
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
    return by_kind


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
    return Voices(tuple(rows), frozenset(ones), frozenset(twos), len(some) > LOOKED_AT)
