"""Thousands at one moment: how long the clock of journeys takes for them."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

import pytest
from tests.server.journeys.conftest import Way, branch, leave, task, wait

from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery
from regulars.server.journeys.models import Traveller
from regulars.server.journeys.rules import Ask
from regulars.testing.cast import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
PEOPLE = 10_000


def test_ten_thousand_are_brought_on_in_some_minutes(way: Way) -> None:
    way.send("x")
    made = Customer.objects.bulk_create(
        Customer(
            number=f"C{n:06}", name="王小明", book=way.cast.mei_book, phone=f"101{n:08}",
            created_at=NOON, updated_at=NOON,
        )
        for n in range(PEOPLE)
    )  # fmt: skip
    way.group("crowd", *made)
    asked = branch("b", Ask.SEGMENT, [leave("y")], segment=way.group("sleepers"))

    began = time.monotonic()
    way.running(
        way.send("a"),
        wait("w", 1),
        asked,
        task("t", 1),
        way.send("c"),
        leave(),
        segment="crowd",
    )
    entered = time.monotonic() - began
    way.pass_by(NOON + timedelta(days=1), NOON + timedelta(days=3))
    took = time.monotonic() - began

    sys.stdout.write(
        f"\n{PEOPLE:,} travellers: entered and first message in {entered:.0f} s, "
        f"6 steps each in {took:.0f} s\n"
    )
    assert Traveller.objects.filter(state="exited").count() == PEOPLE
    assert Delivery.objects.count() == 2 * PEOPLE
    assert took < 600
