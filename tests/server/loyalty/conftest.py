"""A programme with two members, and a short way to look at the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection

from regulars.server.customers.models import Customer
from regulars.server.loyalty.actions import members, points
from regulars.server.loyalty.models import Account, Lot, Programme
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

Keys = Callable[[], str]


def faults() -> list[tuple[Any, ...]]:
    """Whatever does not add up in the books; nothing, ever."""
    with connection.cursor() as db:
        db.execute("select * from loyalty_faults()")
        return list(db.fetchall())


def later(days: int) -> datetime:
    return NOON + timedelta(days=days)


@dataclass
class Books:
    """Li and Qian collect points; each request has a key of its own."""

    cast: Cast
    numbers: Any = field(default_factory=lambda: count(1))

    def key(self) -> str:
        return f"test:{next(self.numbers)}"

    def earn(
        self, points_: int, *, days: int | None = 700, at: datetime = NOON,
        who: Customer | None = None, pending: int = 0,
    ) -> Lot:  # fmt: skip
        """Issue a lot that lasts so many days from today on."""
        last = None if days is None else TODAY + timedelta(days=days)
        made = points.earn(
            who or self.cast.li, points=points_, key=self.key(), by=TESTS, at=at,
            expires_on=last, pending_days=pending,
        )  # fmt: skip
        return Lot.objects.get(pk=made.answer["lot"])

    def redeem(self, points_: int, *, at: datetime = NOON, **told: Any) -> Any:
        told = {"key": self.key(), "by": TESTS} | told
        who = told.pop("who", self.cast.li)
        return points.redeem(who, points=points_, at=at, **told)

    def of(self, who: Customer | None = None, currency: str = "points") -> tuple[int, int, int]:
        """Active, pending and owed points of one customer."""
        found = Account.objects.get(customer=who or self.cast.li, currency=currency)
        return found.active, found.pending, found.owed


@pytest.fixture
def programme(as_system: Cast) -> Programme:
    return Programme.objects.create(
        pk=1, name="金穗积分", name_en="Golden Ear", prefix="600", began_on=date(2024, 11, 1)
    )


@pytest.fixture
def books(as_system: Cast, programme: Programme) -> Books:
    for who in (as_system.li, as_system.qian):
        members.join(who, by=TESTS, at=NOON)
    return Books(as_system)
