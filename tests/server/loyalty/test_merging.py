"""Two files become one with one account, and two again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.loyalty.conftest import Books, faults

from regulars.server.core import custody, scope
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.identity import actions as identity
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.actions import members, points
from regulars.server.loyalty.models import Account, Lot, Membership, Movement
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY

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


GOLD = ("gold", TODAY, TODAY + timedelta(days=365))
SILVER = ("silver", TODAY - timedelta(days=9), TODAY + timedelta(days=400))
LONGER = ("gold", TODAY, TODAY + timedelta(days=366))


def levelled(who: Customer, level: str, since: date, until: date) -> None:
    found = Membership.objects.filter(customer=who)
    found.update(level=level, level_since=since, level_until=until)


def level(who: Customer) -> tuple[str, date | None, date | None]:
    """The level of the night."""
    members.rank(by=TESTS, at=NOON)
    found = Membership.objects.standing().get(customer=who)
    return found.level, found.level_since, found.level_until


@pytest.mark.parametrize(
    ("kept", "gone", "best"),
    [(SILVER, GOLD, GOLD), (GOLD, SILVER, GOLD), (GOLD, LONGER, LONGER),
     (LONGER, GOLD, LONGER)],
)  # fmt: skip
def test_the_better_level_of_two_goes_on_and_each_has_the_own_one_when_they_part(
    books: Books, other: Customer, kept: Any, gone: Any, best: Any
) -> None:
    actions.set_levels(
        [{"code": "silver", "name": "银卡", "name_en": "Silver", "from": 500},
         {"code": "gold", "name": "金卡", "name_en": "Gold", "from": 1000}],
        months=12, valid_from=TODAY, by=TESTS, at=NOON,
    )  # fmt: skip
    members.join(other, by=TESTS, at=NOON)
    levelled(books.cast.li, *kept)
    levelled(other, *gone)

    made = identity.merge(books.cast.li, other, by=TESTS, at=NOON)
    assert level(books.cast.li) == best

    identity.unmerge(made, by=TESTS, at=NOON)
    assert (level(books.cast.li), level(other)) == (kept, gone)


def test_a_level_that_moved_since_two_became_one_stays(books: Books, other: Customer) -> None:
    actions.set_levels(
        [{"code": "gold", "name": "金卡", "name_en": "Gold", "from": 1000}],
        months=12, valid_from=TODAY, by=TESTS, at=NOON,
    )  # fmt: skip
    members.join(other, by=TESTS, at=NOON)
    levelled(other, *GOLD)
    made = identity.merge(books.cast.li, other, by=TESTS, at=NOON)
    levelled(books.cast.li, *LONGER)

    identity.unmerge(made, by=TESTS, at=NOON)

    assert level(books.cast.li) == LONGER


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

    actions.give_back(spent, key="back", by=TESTS, at=NOON)

    assert (books.of(), faults()) == ((80, 0, 0), [])


@pytest.fixture
def strange(books: Books) -> tuple[Customer, str]:
    """A customer of Tao's who spent 60 of 80 points, and went into Li of Mei's."""
    file = stage.customer("0008", "李娜", books.cast.tao_book)
    members.join(file, by=TESTS, at=NOON)
    books.earn(80, who=file)
    spent = books.redeem(60, who=file, ref="tea").movement
    identity.merge(books.cast.li, file, by=TESTS, at=NOON)
    return file, spent.public_id


def test_points_spent_under_a_file_of_another_book_are_given_back_by_who_has_it_now(
    books: Books, strange: tuple[Customer, str], eyes: Any
) -> None:
    mei = books.cast.mei
    with eyes(mei):
        spent = queries.movement(mei, strange[1], of=books.cast.li)
        assert spent is not None
        actions.give_back(spent, key="back", by=mei, at=NOON)
        assert books.of() == (80, 0, 0)

    assert (books.of(), books.of(strange[0]), faults()) == ((80, 0, 0), (0, 0, 0), [])


def test_who_sees_neither_file_sees_and_gives_back_nothing(
    books: Books, strange: tuple[Customer, str], eyes: Any
) -> None:
    spent = Movement.objects.get(public_id=strange[1])
    other = stage.person("bo", "薄", "Bo", "rm", books.cast.lake)

    with eyes(other):
        assert queries.movement(other, strange[1]) is None
        with pytest.raises(actions.Elsewhere):
            actions.give_back(spent, key="back", by=other, at=NOON)

    assert (books.of(), faults()) == ((20, 0, 0), [])


def test_who_had_the_merged_file_cannot_give_to_the_file_that_goes_on(
    books: Books, strange: tuple[Customer, str], eyes: Any
) -> None:
    tao = books.cast.tao
    with eyes(tao):
        spent = queries.movement(tao, strange[1])
        assert spent is not None
        with pytest.raises(actions.Elsewhere):
            actions.give_back(spent, key="back", by=tao, at=NOON)


def test_the_page_shows_what_another_file_spent_and_gives_it_back(
    books: Books, strange: tuple[Customer, str]
) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(books.cast.mei)
    page = f"/customers/{books.cast.li.public_id}/points/"

    with time_machine.travel(NOON, tick=False):
        before = client.get(page).content.decode()
        told = client.get(f"/customers/{books.cast.li.public_id}/").content.decode()
        asked = client.post(f"{page}{strange[1]}/back")
        after = client.get(page).content.decode()
    scope.set_scope(scope.EVERYBODY)

    assert "Redeemed before the files became one" in before
    assert "Points redeemed: 60" in told
    assert (asked.status_code, books.of()) == (302, (80, 0, 0))
    assert "Redeemed before the files became one" not in after


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
