"""Two files become one with one account, and two again."""

from __future__ import annotations

import pytest
from tests.server.loyalty.conftest import Books, faults

from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.identity import actions as identity
from regulars.server.loyalty.actions import members, points
from regulars.server.loyalty.models import Account, Lot, Membership
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(books: Books) -> Customer:
    """A second file of Li."""
    return stage.customer("0009", "李娜", books.cast.mei_book)


def test_points_and_debts_of_two_members_become_one(books: Books, other: Customer) -> None:
    members.join(other, by=TESTS, at=NOON)
    spent = books.earn(50, who=other)
    books.redeem(50, who=other)
    points.reverse(spent, key="refund", by=TESTS, at=NOON)
    books.earn(80)
    books.earn(30, pending=5)

    made = identity.merge(books.cast.li, other, by=TESTS, at=NOON)

    assert (books.of(), books.of(other)) == ((30, 30, 0), (0, 0, 0))
    assert Membership.objects.standing().filter(customer=books.cast.li).count() == 1
    assert Membership.objects.standing().filter(customer=other).count() == 0
    assert faults() == []

    identity.unmerge(made, by=TESTS, at=NOON)

    # The debt was paid while they were one; it stays paid.
    assert (books.of(), books.of(other)) == ((30, 30, 0), (0, 0, 0))
    assert Membership.objects.standing().filter(customer=other).count() == 1
    assert faults() == []


def test_what_only_one_collected_goes_along_and_returns(books: Books, other: Customer) -> None:
    members.join(other, by=TESTS, at=NOON)
    books.earn(80, who=other)
    gone = books.earn(10, who=other, days=1)
    books.redeem(10, who=other)

    made = identity.merge(books.cast.li, other, by=TESTS, at=NOON)
    books.redeem(30)
    gone.refresh_from_db()
    assert (gone.account.customer, books.of()) == (books.cast.li, (50, 0, 0))

    identity.unmerge(made, by=TESTS, at=NOON)
    gone.refresh_from_db()

    assert (gone.account.customer, books.of(), books.of(other)) == (
        other, (0, 0, 0), (50, 0, 0),
    )  # fmt: skip
    assert faults() == []


def test_a_spending_before_a_merge_is_given_back_after_it(
    books: Books, other: Customer
) -> None:
    members.join(other, by=TESTS, at=NOON)
    books.earn(80, who=other)
    spent = books.redeem(60, who=other).movement
    identity.merge(books.cast.li, other, by=TESTS, at=NOON)

    points.give_back(spent, key="back", by=TESTS, at=NOON)

    assert (books.of(), faults()) == ((80, 0, 0), [])


def test_an_erased_member_is_nobody_and_the_sums_stay(books: Books) -> None:
    books.earn(80)
    books.redeem(30)

    custody.erase(books.cast.li.pk, by=TESTS, at=NOON)

    member = Membership.objects.get(customer=books.cast.li)
    assert (member.number.startswith("-"), member.level, books.of()) == (True, "", (0, 0, 0))
    assert Lot.objects.get(account__customer=books.cast.li).spent == 30
    assert faults() == []


def test_the_copy_for_the_person_tells_every_movement(books: Books) -> None:
    books.earn(80)
    books.redeem(30)

    told = custody.copy(books.cast.li.pk)

    text = str(told)
    assert "'points': 80" in text
    assert "'target': 'spent'" in text


def test_the_merge_of_strangers_to_the_programme_leaves_no_trace(
    books: Books, other: Customer
) -> None:
    third = stage.customer("0010", "李娜", books.cast.mei_book)

    custody.merge(Merge(other.pk, third.pk, by=TESTS, at=NOON))

    assert not Account.objects.filter(customer__in=(other, third)).exists()
