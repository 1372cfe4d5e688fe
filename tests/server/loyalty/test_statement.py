"""The statement says what points came by and what they went for, each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import translation
from tests.server.loyalty.conftest import Books
from tests.server.loyalty.test_earning import START
from tests.server.loyalty.test_pages import enter, post, text

from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.actions import points
from regulars.server.loyalty.models import EarningRule
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        yield


def rule(name: str) -> EarningRule:
    made = actions.draft(
        name=name, name_en=name, currency="points", kind="event", points=1,
        about={"event": "x"}, lasts="months", span=24, valid_from=TODAY, by=TESTS, at=NOON,
    )  # fmt: skip
    return actions.adopt(made, by=TESTS, at=NOON)


def by_three_rules(books: Books) -> None:
    for name in ("Spending", "Dining", "Deals"):
        points.earn(
            books.cast.li, points=100, key=books.key(), rule=rule(name), by=TESTS, at=NOON
        )


def lines(books: Books) -> list[tuple[Any, ...]]:
    found = queries.statement(books.cast.mei, books.cast.li, START, TODAY)
    assert found is not None
    return [(line.words, line.about, line.points) for line in found.lines]


def test_what_is_redeemed_is_one_line_with_what_it_went_for(books: Books) -> None:
    by_three_rules(books)
    spent = books.redeem(250, ref="tea set x 2")
    actions.give_back(spent.movement, points=220, key="b", by=TESTS, at=NOON)

    assert lines(books) == [
        ("Earned", "Spending", 100), ("Earned", "Dining", 100), ("Earned", "Deals", 100),
        ("Redeemed", "tea set x 2", -250), ("Given back", "tea set x 2", 220),
    ]  # fmt: skip


def test_it_is_given_back_once_and_no_longer_than_something_is_left(books: Books) -> None:
    by_three_rules(books)
    spent = books.redeem(250, ref="tea set x 2")
    page = f"/customers/{books.cast.li.public_id}/points/"
    mei = enter(books.cast.mei)
    assert text(mei, page).count("Give back") == 1

    actions.give_back(spent.movement, key="b", by=TESTS, at=NOON)

    assert "Give back" not in text(mei, page)


def test_points_by_hand_say_why_on_the_page_and_in_the_file(books: Books) -> None:
    told = {"key": "w", "by": books.cast.mei, "at": NOON}
    actions.ask(books.cast.li, "credit", points_=40, reason="sorry", **told)
    page = f"/customers/{books.cast.li.public_id}/points/"
    mei = enter(books.cast.mei)

    shown = text(mei, page)
    taken = post(mei, f"{page}file", format="csv")
    rows = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()

    assert "sorry" in shown
    assert "wish:" not in shown
    assert rows[0] == "Day,What,For what,Points,Pending,Owed,Balance"
    assert rows[1].split(",")[1:] == ["Credited by hand", "sorry", "40", "0", "0", "40"]


def test_what_is_owed_has_a_column_where_something_is(books: Books) -> None:
    lot = books.earn(100)
    page = f"/customers/{books.cast.li.public_id}/points/"
    mei = enter(books.cast.mei)
    assert ">Owed<" not in text(mei, page)
    books.redeem(100, ref="tea")

    points.reverse(lot, key="r", by=TESTS, at=NOON)
    books.earn(30)

    shown = text(mei, page)
    assert ">Owed<" in shown
    assert "+100" in shown
    assert ("Paid what was owed", "", -30) in lines(books)
