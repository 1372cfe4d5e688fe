"""A short way to promise something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, count
from typing import Any

import pytest

from regulars.server.customers.models import Customer
from regulars.server.promises import actions
from regulars.server.promises.models import Promise
from regulars.testing.cast import NOON, TODAY, Cast

Make = Callable[..., Promise]


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


@pytest.fixture
def promised(as_system: Cast) -> Make:
    """Mei promises Li a quote for today, unless told otherwise; each time another one."""
    numbers = count(2)
    texts = chain(["send the written quote"], (f"send the written quote {n}" for n in numbers))

    def make(
        customer: Customer | None = None,
        on: date = TODAY,
        hour: time | None = None,
        **told: Any,
    ) -> Promise:
        given = {"text": next(texts), "by": as_system.mei, "at": NOON} | told
        return actions.make(customer or as_system.li, due_on=on, due_hour=hour, **given)

    return make
