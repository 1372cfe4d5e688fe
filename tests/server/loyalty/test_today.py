"""Points that end soon are a reason to speak with the member: 60, 30 and 7 days before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.server.loyalty.conftest import Books, later

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.testing.cast import NOON, TESTS, TODAY, bought, has_balance, scored

pytestmark = pytest.mark.django_db


def test_points_that_end_in_a_month_are_a_reason_until_they_are_used(books: Books) -> None:
    bought(books.cast, books.cast.li, date(2026, 10, 5))
    has_balance(books.cast, books.cast.li, (date(2026, 1, 1), 900_000_00))
    scored(books.cast)
    books.earn(320, days=30)
    books.earn(50, days=500)

    care.plan(day=TODAY, by=TESTS, at=NOON)

    task = Task.objects.get(trigger="points_expiring")
    assert (task.customer, task.state, task.facts["value"]) == (books.cast.li, "open", "320")
    assert task.happens_on == TODAY + timedelta(days=30)

    books.redeem(320, at=later(1))
    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=later(1))
    task.refresh_from_db()
    assert task.state != "open"


def test_points_that_end_in_a_quarter_are_none_yet(books: Books) -> None:
    bought(books.cast, books.cast.li, date(2026, 10, 5))
    has_balance(books.cast, books.cast.li, (date(2026, 1, 1), 900_000_00))
    scored(books.cast)
    books.earn(320, days=100)

    care.plan(day=TODAY, by=TESTS, at=NOON)

    assert not Task.objects.filter(trigger="points_expiring").exists()
