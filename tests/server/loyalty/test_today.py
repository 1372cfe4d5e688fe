"""Points that end soon are a reason to speak with the member: 60, 30 and 7 days before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from tests.server.loyalty.conftest import Books, later

from regulars.base.errors import BadInput
from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.core import scope
from regulars.server.loyalty import actions
from regulars.server.loyalty.models import Notice
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


def reminded(books: Books, days: int) -> Task:
    """Points that end in so many days, and the morning's reason to say so."""
    bought(books.cast, books.cast.li, date(2026, 10, 5))
    has_balance(books.cast, books.cast.li, (date(2026, 1, 1), 900_000_00))
    scored(books.cast)
    books.earn(320, days=days)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    return Task.objects.get(trigger="points_expiring")


def test_who_was_told_in_a_contact_is_noted_and_not_told_again(books: Books) -> None:
    card = reminded(books, 30).card
    care.record_outcome(card, outcome="reached", step="done", by=books.cast.mei, at=NOON)

    notice = Notice.objects.get()
    care.plan(day=TODAY + timedelta(days=23), by=TESTS, at=later(23))

    assert (notice.customer, notice.points, notice.told_by) == (
        *(books.cast.li, 320, books.cast.mei),
    )
    assert (notice.ends_on, notice.way) == (TODAY + timedelta(days=30), "call")
    assert Task.objects.filter(trigger="points_expiring").count() == 1, "not at 7 days again"


def test_who_was_not_reached_is_told_next_time(books: Books) -> None:
    card = reminded(books, 30).card
    care.record_outcome(
        card, outcome="no_answer", step="call_tomorrow", by=books.cast.mei, at=NOON
    )

    care.plan(day=TODAY + timedelta(days=23), by=TESTS, at=later(23))

    assert not Notice.objects.exists()
    assert Task.objects.filter(trigger="points_expiring", state="open").count() == 1


def test_more_points_of_the_same_day_are_told_again(books: Books) -> None:
    card = reminded(books, 30).card
    care.record_outcome(card, outcome="reached", step="done", by=books.cast.mei, at=NOON)
    books.earn(80, days=30, at=later(1))

    care.plan(day=TODAY + timedelta(days=23), by=TESTS, at=later(23))

    assert Task.objects.filter(trigger="points_expiring", state="open").count() == 1


def test_a_contact_that_is_taken_back_told_nothing(books: Books) -> None:
    card = reminded(books, 30).card
    care.record_outcome(card, outcome="reached", step="done", by=books.cast.mei, at=NOON)

    card.refresh_from_db()
    care.undo(card, by=books.cast.mei, at=NOON + timedelta(minutes=1))

    assert not Notice.objects.exists()


def test_what_was_told_by_hand_takes_the_reason_off_the_list(books: Books) -> None:
    task = reminded(books, 30)
    last = TODAY + timedelta(days=30)
    actions.tell_by_hand(books.cast.li, last, by=books.cast.mei, at=later(1))
    with pytest.raises(BadInput):
        actions.tell_by_hand(books.cast.li, last, by=books.cast.wei, at=later(1))

    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=later(1))

    task.refresh_from_db()
    assert task.state != "open"
    assert Notice.objects.count() == 1


def test_the_members_page_says_who_told_and_when(books: Books) -> None:
    books.earn(320, days=30)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(books.cast.mei)
    page = f"/customers/{books.cast.li.public_id}/"

    with time_machine.travel(NOON, tick=False):
        before = client.get(page).content.decode()
        client.post(f"{page}points/told", {"on": str(TODAY + timedelta(days=30))})
        again = client.post(f"{page}points/told", {"on": "x"})
        after = client.get(page).content.decode()

    scope.set_scope(scope.EVERYBODY)
    assert "They were told" in before
    assert "They were told" not in after
    assert "by Lu Xiaoqing" in after
    assert again.status_code < 400
    assert Notice.objects.get().told_by == books.cast.mei
