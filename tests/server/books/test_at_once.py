"""Claims and hand-overs that meet: each customer goes to one, and nobody is taken away."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.server.overlap import overlapping

from regulars.server.books import actions
from regulars.server.books.rules import Split
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Office:
    """Willow with two more relationship managers."""

    cast: Cast
    first: Person
    first_book: Book
    second: Person
    second_book: Book


@pytest.fixture
def office() -> Office:
    with scope.everything():
        cast = assemble()
        first = stage.person("one", "一", "One", "rm", cast.willow)
        second = stage.person("two", "二", "Two", "rm", cast.willow)
        return Office(
            cast,
            first,
            stage.book("K08", "一", cast.willow, owner=first),
            second,
            stage.book("K09", "二", cast.willow, owner=second),
        )


def now(customer: Customer) -> Book:
    with scope.everything():
        return Customer.objects.select_related("book").get(pk=customer.pk).book


def hand_over(office: Office, into: Book) -> None:
    book = office.cast.mei_book
    actions.hand_over(book, Split(into.pk, {}), note="", greets=True, by=TESTS, at=NOON)


def test_of_two_claims_the_first_has_the_customer(office: Office) -> None:
    zhou = office.cast.zhou

    told = overlapping(
        lambda: actions.claim(zhou.public_id, by=office.first, at=NOON),
        lambda: actions.claim(zhou.public_id, by=office.second, at=NOON),
    )

    assert told == ["", "NotInThePool"]
    assert now(zhou) == office.first_book


def test_two_claims_of_one_person_at_once_are_both_counted(office: Office) -> None:
    with scope.everything():
        core.change_settings(claims_a_day=1, by=TESTS, at=NOON)
        other = stage.customer("0009", "吴", office.cast.willow_pool)

    told = overlapping(
        lambda: actions.claim(office.cast.zhou.public_id, by=office.first, at=NOON),
        lambda: actions.claim(other.public_id, by=office.first, at=NOON),
    )

    assert told == ["", "EnoughToday"]


def test_of_two_hand_overs_of_a_book_the_first_counts(office: Office) -> None:
    told = overlapping(
        lambda: hand_over(office, office.first_book),
        lambda: hand_over(office, office.second_book),
    )

    assert told == ["", "NobodyToHandOver"]
    assert now(office.cast.li) == office.first_book


def test_a_hand_over_leaves_who_was_just_given_to_another(office: Office) -> None:
    with scope.everything():
        stage.customer("0009", "吴", office.cast.mei_book)
    li = office.cast.li

    told = overlapping(
        lambda: actions.give([li.pk], office.first_book, by=TESTS, at=NOON),
        lambda: hand_over(office, office.second_book),
    )

    assert told == ["", ""]
    assert now(li) == office.first_book


def test_who_was_just_given_to_another_is_not_released(office: Office) -> None:
    li = office.cast.li

    told = overlapping(
        lambda: actions.give([li.pk], office.first_book, by=TESTS, at=NOON),
        lambda: actions.release(li, reason="too far", by=TESTS, at=NOON),
    )

    assert told == ["", "Moved"]
    assert now(li) == office.first_book
