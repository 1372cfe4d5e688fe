"""The ledger in a few lines of plain Python, and a world that lives beside the real one.

It knows nothing of entries or SQL: lots in lists, moved by hand. After each step both must
say the same, and the books must add up.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from tests.server.loyalty.conftest import faults

from regulars.server.core import queries as core
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions
from regulars.server.loyalty.models import Account, Lot, Movement
from regulars.testing.cast import NOON, TESTS

FAR = date(9999, 1, 1)
GRACE = 30
Act = Callable[[], Any]


@dataclass
class Heap:
    """One lot, as anybody would keep it on paper."""

    pk: int
    owner: int
    ends: date | None
    opens: date
    points: int
    pending: int = 0
    active: int = 0
    spent: int = 0
    paid: int = 0
    moved: int = 0
    back: int = 0  # taken back, whether it was there or is owed
    short: int = 0


@dataclass
class Paper:
    """Everybody's lots and debts."""

    heaps: dict[int, Heap] = field(default_factory=dict)
    owed: dict[int, int] = field(default_factory=dict)

    def of(self, who: int) -> list[Heap]:
        found = [heap for heap in self.heaps.values() if heap.owner == who]
        return sorted(found, key=lambda heap: (heap.ends or FAR, heap.pk))

    def sums(self, who: int) -> tuple[int, int, int]:
        heaps = self.of(who)
        active, pending = sum(h.active for h in heaps), sum(h.pending for h in heaps)
        return active, pending, self.owed.get(who, 0)

    def settle(self, who: int) -> None:
        for heap in self.of(who):
            part = min(heap.active, self.owed.get(who, 0))
            heap.active, heap.paid = heap.active - part, heap.paid + part
            self.owed[who] = self.owed.get(who, 0) - part

    def due(self, who: int, day: date) -> None:
        for heap in self.of(who):
            if heap.pending and heap.opens <= day:
                heap.active, heap.pending = heap.active + heap.pending, 0
        self.settle(who)
        for heap in self.of(who):
            if heap.ends and heap.ends < day:
                heap.active = 0

    def usable(self, who: int, day: date) -> int:
        """What would be active once everything due had come."""
        tried = deepcopy(self)
        tried.due(who, day)
        return tried.sums(who)[0]

    def take(self, who: int, points: int) -> list[tuple[Heap, int]]:
        taken = []
        for heap in self.of(who):
            part = min(heap.active, points)
            if part:
                heap.active, points = heap.active - part, points - part
                taken.append((heap, part))
        return taken

    def give_back(self, parts: list[tuple[int, int]], day: date) -> None:
        for pk, points in parts:
            heap = self.heaps[pk]
            heap.active, heap.spent = heap.active + points, heap.spent - points
            if heap.ends:
                heap.ends = max(heap.ends, day + timedelta(days=GRACE))
        for pk, _points in parts:
            self.settle(self.heaps[pk].owner)

    def reverse(self, pk: int, points: int) -> int:
        heap = self.heaps[pk]
        rest = start = min(points, heap.points - heap.back)
        for place in ("pending", "active"):
            part = min(rest, getattr(heap, place))
            setattr(heap, place, getattr(heap, place) - part)
            heap.back, rest = heap.back + part, rest - part
        gone = heap.spent + heap.paid + max(heap.moved, 0) - heap.short
        part = max(0, min(rest, gone))
        heap.back, heap.short, rest = heap.back + part, heap.short + part, rest - part
        self.owed[heap.owner] = self.owed.get(heap.owner, 0) + part
        self.settle(heap.owner)
        return start - rest


class World:
    """Some customers, their paper and their books; one random step after the other."""

    def __init__(self, customers: list[Customer], seed: int) -> None:
        self.people = customers
        self.random = random.Random(seed)
        self.paper = Paper()
        self.at: datetime = NOON
        self.spent: list[tuple[Movement, list[tuple[int, int]]]] = []
        self.told: list[tuple[Act, Any]] = []  # requests to be repeated, and their answers
        self.stories: list[tuple[int, int, dict[str, Any]]] = []
        self.count = 0
        for each in customers:
            actions.join(each, by=TESTS, at=NOON)

    @property
    def day(self) -> date:
        return core.local_date(self.at)

    def key(self) -> str:
        self.count += 1
        return f"step:{self.count}"

    def free(self) -> list[Customer]:
        """Who was not merged into another."""
        gone = {loser for loser, _survivor, _story in self.stories}
        return [each for each in self.people if each.pk not in gone]

    def step(self, what: str | None = None) -> str:
        ways = ("earn", "earn", "earn", "redeem", "redeem", "give_back", "reverse", "transfer",
                "debit", "credit", "later", "replay", "merge", "part")  # fmt: skip
        what = what or self.random.choice(ways)
        getattr(self, what)()
        for each in self.people:
            found = Account.objects.get(customer=each, currency="points")
            real = (found.active, found.pending, found.owed)
            assert real == self.paper.sums(each.pk), (what, self.count)
        assert faults() == [], what
        return what

    def earn(self) -> None:
        who, points = self.random.choice(self.free()), self.random.randint(1, 200)
        lasts = self.random.choice([None, 3, 10, 40, 100])
        waits = self.random.choice([0, 0, 0, 5])
        last = None if lasts is None else self.day + timedelta(days=lasts)
        key, at = self.key(), self.at
        self._issued(
            who, points, waits,
            lambda: actions.earn(
                who, points=points, key=key, pending_days=waits, expires_on=last, by=TESTS,
                at=at,
            ),
        )  # fmt: skip

    def credit(self) -> None:
        who, points = self.random.choice(self.free()), self.random.randint(1, 50)
        key, at = self.key(), self.at
        self._issued(
            who, points, 0,
            lambda: actions.credit(who, points=points, key=key, by=TESTS, at=at),
        )  # fmt: skip

    def redeem(self) -> None:
        who, points = self.random.choice(self.free()), self.random.randint(1, 250)
        key, at = self.key(), self.at
        made = self._tried(
            who, points, lambda: actions.redeem(who, points=points, key=key, by=TESTS, at=at)
        )
        if made is not None:
            taken = self.paper.take(who.pk, points)
            for heap, part in taken:
                heap.spent += part
            self.spent.append((made.movement, [(heap.pk, part) for heap, part in taken]))

    def debit(self) -> None:
        who, points = self.random.choice(self.free()), self.random.randint(1, 60)
        key, at = self.key(), self.at
        act = lambda: actions.debit(who, points=points, key=key, by=TESTS, at=at)  # noqa: E731
        if self._tried(who, points, act) is not None:
            self.paper.take(who.pk, points)

    def transfer(self) -> None:
        if len(self.free()) < 2:
            return
        who, to = self.random.sample(self.free(), 2)
        points, key, at = self.random.randint(1, 100), self.key(), self.at
        made = self._tried(
            who, points,
            lambda: actions.transfer(who, to, points=points, key=key, by=TESTS, at=at),
        )  # fmt: skip
        if made is None:
            return
        self.paper.due(to.pk, self.day)
        taken = sorted(self.paper.take(who.pk, points), key=lambda each: each[0].pk)
        fresh = Lot.objects.filter(movement=made.movement).order_by("pk")
        for lot, (heap, part) in zip(fresh, taken, strict=True):
            heap.moved += part
            self.paper.heaps[lot.pk] = Heap(
                lot.pk, to.pk, heap.ends, self.day, 0, active=part, moved=-part
            )
        self.paper.settle(to.pk)

    def give_back(self) -> None:
        places = [n for n, (_, parts) in enumerate(self.spent) if any(p for _, p in parts)]
        if not places:
            return
        place = self.random.choice(places)
        movement, parts = self.spent[place]
        left = sum(points for _pk, points in parts)
        wanted, key, at = self.random.choice([left, 1, left // 2 or 1]), self.key(), self.at
        self._asked(
            lambda: actions.give_back(movement, points=wanted, key=key, by=TESTS, at=at)
        )
        heaps, back, over, rest = self.paper.heaps, [], [], wanted
        for pk, points in sorted(parts, key=lambda e: (heaps[e[0]].ends or FAR, e[0]))[::-1]:
            part = min(points, rest)
            if part:
                back.append((pk, part))
            over.append((pk, points - part))
            rest -= part
        self.spent[place] = (movement, over)
        self.paper.give_back(back, self.day)

    def reverse(self) -> None:
        heaps = [heap for heap in self.paper.heaps.values() if heap.points > heap.back]
        if not heaps:
            return
        heap = self.random.choice(heaps)
        points, key, at = self.random.randint(1, heap.points), self.key(), self.at
        lot = Lot.objects.get(pk=heap.pk)
        made = self._asked(
            lambda: actions.reverse(lot, points=points, key=key, by=TESTS, at=at)
        )
        self.paper.due(heap.owner, self.day)
        assert self.paper.reverse(heap.pk, points) == made.answer["points"]

    def later(self) -> None:
        self.at += timedelta(days=self.random.randint(1, 12))
        if self.random.random() < 0.5:  # else the morning did not run: each action minds it
            actions.due(by=TESTS, at=self.at)
            for each in self.people:
                self.paper.due(each.pk, self.day)

    def replay(self) -> None:
        """Whatever was asked is asked again, days later: the same answer, no effect."""
        if self.told:
            act, answer = self.random.choice(self.told)
            again = act()
            assert (again.again, again.answer) == (True, answer)

    def merge(self) -> None:
        if len(self.free()) < 2:
            return
        loser, survivor = self.random.sample(self.free(), 2)
        story = actions.join_files(loser.pk, survivor.pk, by=TESTS, at=self.at)
        self.stories.append((loser.pk, survivor.pk, story))
        for heap in self.paper.of(loser.pk):
            heap.owner = survivor.pk
        self._owe(survivor.pk, self.paper.owed.pop(loser.pk, 0))
        self.paper.settle(survivor.pk)

    def part(self) -> None:
        if not self.stories:
            return
        loser, survivor, story = self.stories.pop()
        lots = {pk for told in story["accounts"] for pk in told["lots"]}
        debt = sum(told["owed"] for told in story["accounts"])
        debt = min(debt, self.paper.owed.get(survivor, 0))
        actions.part_files(story, by=TESTS, at=self.at)
        for heap in self.paper.of(survivor):
            if heap.pk in lots:
                heap.owner = loser
        self._owe(survivor, -debt)
        self._owe(loser, debt)
        self.paper.settle(loser)

    def _owe(self, who: int, points: int) -> None:
        self.paper.owed[who] = self.paper.owed.get(who, 0) + points

    def _issued(self, who: Customer, points: int, waits: int, act: Act) -> None:
        lot = Lot.objects.get(pk=self._asked(act).answer["lot"])
        self.paper.due(who.pk, self.day)
        self.paper.heaps[lot.pk] = Heap(
            lot.pk, who.pk, lot.expires_on, self.day + timedelta(days=waits), points,
            pending=points if waits else 0, active=0 if waits else points,
        )  # fmt: skip
        self.paper.settle(who.pk)

    def _asked(self, act: Act) -> Any:
        made = act()
        self.told.append((act, made.answer))
        return made

    def _tried(self, who: Customer, points: int, act: Act) -> Any:
        """Ask for points; more than there are is refused, and leaves everything as it was."""
        if self.paper.usable(who.pk, self.day) >= points:
            made = self._asked(act)
            self.paper.due(who.pk, self.day)
            return made
        try:
            with transaction.atomic():
                act()
        except actions.NotEnough:
            return None
        raise AssertionError("spent what was not there")
