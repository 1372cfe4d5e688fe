"""A bank with a line, an approved greeting, and customers of every tier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.content.test_messages import approved, message

from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.festivals import actions, queries
from regulars.server.festivals.models import Plan
from regulars.testing.cast import NOON, TESTS, TODAY, Cast
from regulars.testing.cast import customer as add_customer

YES = {"call": True, "wecom": True, "sms": True, "email": True}
NEW_YEAR = date(2027, 1, 1)
Planning = Callable[..., Plan]


@pytest.fixture
def world(as_system: Cast) -> World:
    delivery.add_line(
        name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
    )
    return World(as_system)


@pytest.fixture
def greeting(as_system: Cast) -> str:
    """The code of an approved greeting."""
    return approved(as_system, message(purpose="greeting")).text.code


def person(cast: Cast, number: str, born: date = date(1970, 7, 7), **more: Any) -> Customer:
    """Somebody with a phone who allows everything."""
    return add_customer(
        number, f"客{number}", cast.mei_book, phone=f"1010001{number}", birth_date=born,
        consents=YES, **more,
    )  # fmt: skip


def at(day: date, hour: int = 4) -> datetime:
    return NOON.replace(hour=hour) + (day - TODAY)


@pytest.fixture
def planning(as_system: Cast, greeting: str) -> Planning:
    """Max plans a festival; with `decided` it is done like this."""

    def make(
        code: str = "new_year", on: date = NEW_YEAR, *, decided: bool = True, **more: Any
    ) -> Plan:
        festival = queries.festival(as_system.max, code)
        assert festival is not None
        given: dict[str, Any] = {
            "idea": "first-day-wish", "way": "message", "message": greeting, "levels": [5, 4],
            "owner": as_system.max,
        } | more  # fmt: skip
        when = at(on - timedelta(days=22)) if on - TODAY > timedelta(days=22) else NOON
        made = actions.make_plan(festival, on, by=as_system.max, at=when, **given)
        return actions.decide(made, by=as_system.max, at=when) if decided else made

    return make
