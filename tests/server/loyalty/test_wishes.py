"""Points by hand: a second person looks at many, in whatever steps they are moved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.utils import translation
from tests.server.loyalty.conftest import Books, faults, later
from tests.server.loyalty.test_pages import enter, post, text

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.models import Membership, Wish
from regulars.testing.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        yield


def credit(
    books: Books, points: int, *, days: int = 0, by: Person | None = None,
    who: Customer | None = None, kind: str = "credit",
) -> str:  # fmt: skip
    """Ask for some points; tells whether they are booked or wait."""
    made = actions.ask(
        who or books.cast.li, kind, points_=points, reason="sorry", key=books.key(),
        by=by or books.cast.mei, at=later(days),
    )  # fmt: skip
    return made.state


def test_small_steps_are_no_way_around_the_second_person(books: Books) -> None:
    assert credit(books, 4_999) == "booked"
    assert credit(books, 1) == "waiting"
    assert credit(books, 4_999, days=29) == "waiting"
    assert books.of() == (4_999, 0, 0)


def test_each_person_customer_and_way_has_a_limit_of_its_own(books: Books) -> None:
    cast = books.cast
    assert credit(books, 4_999) == "booked"

    assert credit(books, 4_999, by=cast.wei) == "booked"
    assert credit(books, 4_999, who=cast.qian) == "booked"
    assert credit(books, 4_999, kind="redeem") == "booked"
    assert credit(books, 4_999, days=31) == "booked", "after 30 days it begins anew"


def test_what_a_second_person_approved_was_looked_at(books: Books) -> None:
    wish = actions.ask(
        books.cast.li, "credit", points_=9_000, reason="sorry", key="k", by=books.cast.mei,
        at=NOON,
    )  # fmt: skip
    actions.approve(wish, by=books.cast.wei, at=NOON)

    assert credit(books, 4_999) == "booked"


def test_whoever_leaves_with_many_points_leaves_by_a_second_persons_word(
    books: Books,
) -> None:
    books.earn(5_000)
    page = f"/customers/{books.cast.li.public_id}"
    mei, chief = enter(books.cast.mei), enter(books.cast.wei)
    for _time in (1, 2):
        assert post(mei, f"{page}/points/leave", reason="moves away").status_code == 302
    wish = Wish.objects.get()
    assert (wish.kind, wish.points, wish.state) == ("leave", 5_000, "waiting")
    assert (books.of(), "moves away" in text(mei, f"{page}/")) == ((5_000, 0, 0), True)

    assert "moves away" in text(chief, f"/loyalty/wishes/{wish.public_id}/")
    assert post(chief, f"/loyalty/wishes/{wish.public_id}/approve").status_code == 302

    member = Membership.objects.get(customer=books.cast.li)
    assert (member.left_because, books.of(), faults()) == ("moves away", (0, 0, 0), [])


def test_whoever_leaves_with_few_points_leaves_at_once(books: Books) -> None:
    books.earn(4_999)
    page = f"/customers/{books.cast.li.public_id}/points/leave"
    assert post(enter(books.cast.mei), page, reason="moves away").status_code == 302

    assert (Membership.objects.standing().count(), Wish.objects.count()) == (1, 0)


def test_whoever_asked_sees_what_became_of_it(books: Books) -> None:
    cast = books.cast
    assert credit(books, 9_000) == "waiting"
    page = f"/customers/{cast.li.public_id}/"
    assert "Waits for approval" in text(enter(cast.mei), page)

    actions.decline(Wish.objects.get(), note="ask the branch first", by=cast.wei, at=NOON)

    assert "ask the branch first" in text(enter(cast.mei), page)
    assert queries.own_wishes(cast.wei, cast.li, NOON) == []
    assert queries.own_wishes(cast.mei, cast.li, later(31)) == []
