"""Points as money: earned in lots, spent soonest-expiring first, never more than there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation
from tests.server.loyalty.conftest import Books, faults, later

from regulars.base.errors import BadInput
from regulars.server.loyalty import actions
from regulars.server.loyalty.actions import booking, members, points
from regulars.server.loyalty.actions.booking import AnotherRequest, NoMember, NotEnough
from regulars.server.loyalty.models import Account, Entry, Lot, Membership, Movement
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


def test_what_ends_soonest_is_spent_first(books: Books) -> None:
    late, soon = books.earn(100, days=300), books.earn(50, days=10)
    never = books.earn(70, days=None)

    books.redeem(120)

    left = {lot.pk: lot.active for lot in Lot.objects.all()}
    assert left == {soon.pk: 0, late.pk: 30, never.pk: 70}
    assert books.of() == (100, 0, 0)
    assert faults() == []


def test_nobody_spends_what_is_not_there(books: Books) -> None:
    books.earn(100)

    with pytest.raises(NotEnough, match=r"101 .* 100"):
        books.redeem(101)

    assert books.of() == (100, 0, 0)
    assert Movement.objects.filter(what="redeem").count() == 0


def test_pending_points_are_spent_from_their_day_on(books: Books) -> None:
    books.earn(100, pending=7)
    assert books.of() == (0, 100, 0)

    with pytest.raises(NotEnough):
        books.redeem(1, at=later(6))
    books.redeem(40, at=later(7))

    assert books.of() == (60, 0, 0)
    assert faults() == []


def test_points_count_on_their_last_day_and_no_longer(books: Books) -> None:
    books.earn(100, days=30)
    books.earn(5, days=60)

    books.redeem(10, at=later(30))
    with pytest.raises(NotEnough, match=" 5 "):
        books.redeem(6, at=later(31))
    books.redeem(5, at=later(31))

    first = Lot.objects.order_by("pk")[0]
    assert (first.spent, first.expired, books.of()) == (10, 90, (0, 0, 0))
    assert faults() == []


def test_what_is_given_back_returns_to_the_lots_it_came_from(books: Books) -> None:
    soon, late = books.earn(50, days=200), books.earn(100, days=300)
    spent = books.redeem(80).movement

    actions.give_back(spent, points=50, key="back-1", by=TESTS, at=NOON)
    soon.refresh_from_db()
    late.refresh_from_db()
    assert (soon.active, late.active) == (20, 100)  # the last that was taken comes first

    actions.give_back(spent, key="back-2", by=TESTS, at=NOON)
    with translation.override("en"), pytest.raises(BadInput, match="0 are left"):
        actions.give_back(spent, key="back-3", by=TESTS, at=NOON)

    assert books.of() == (150, 0, 0)
    assert faults() == []


def test_what_comes_back_after_its_last_day_has_days_of_grace(books: Books) -> None:
    lot = books.earn(50, days=10)
    spent = books.redeem(50).movement

    actions.give_back(spent, key="back", by=TESTS, at=later(20))

    lot.refresh_from_db()
    assert (lot.active, lot.expires_on) == (50, TODAY + timedelta(days=50))


def test_a_spent_earning_that_is_taken_back_is_owed_and_paid_first(books: Books) -> None:
    lot = books.earn(100, days=30)
    books.redeem(80)

    made = points.reverse(lot, key="refund", by=TESTS, at=NOON)
    assert made.answer["points"] == 100
    assert books.of() == (0, 0, 80)

    books.earn(50)
    assert books.of() == (0, 0, 30)
    books.earn(50)
    assert books.of() == (20, 0, 0)
    with pytest.raises(NotEnough):
        books.redeem(21)
    assert faults() == []


def test_other_points_pay_at_once_for_an_earning_that_is_taken_back(books: Books) -> None:
    soon, late = books.earn(100, days=30), books.earn(70, days=300)
    books.redeem(100)

    points.reverse(soon, key="refund", by=TESTS, at=NOON)

    late.refresh_from_db()
    assert (books.of(), late.paid) == ((0, 0, 30), 70)
    assert faults() == []


def test_a_part_of_a_purchase_that_is_refunded_takes_a_part_back(books: Books) -> None:
    lot = books.earn(100, pending=7)

    points.reverse(lot, points=30, key="r1", by=TESTS, at=NOON)
    points.reverse(lot, points=30, key="r2", by=TESTS, at=later(8))
    last = points.reverse(lot, points=90, key="r3", by=TESTS, at=later(8))

    lot.refresh_from_db()
    assert (last.answer["points"], lot.reversed, books.of()) == (40, 100, (0, 0, 0))
    assert faults() == []


def test_what_expired_is_owed_by_nobody(books: Books) -> None:
    lot = books.earn(100, days=5)
    books.redeem(30)

    made = points.reverse(lot, key="refund", by=TESTS, at=later(6))

    assert (made.answer["points"], books.of()) == (30, (0, 0, 30))


def test_points_go_to_another_member_with_their_last_days(books: Books) -> None:
    books.earn(50, days=20)
    books.earn(50, days=40)

    points.transfer(books.cast.li, books.cast.qian, points=70, key="gift", by=TESTS, at=NOON)

    theirs = Lot.objects.filter(account__customer=books.cast.qian).order_by("expires_on")
    held = [(lot.active, lot.expires_on) for lot in theirs]
    assert held == [(50, TODAY + timedelta(days=20)), (20, TODAY + timedelta(days=40))]
    assert (books.of(), books.of(books.cast.qian)) == ((30, 0, 0), (70, 0, 0))
    assert faults() == []


def test_a_repeated_request_is_one_request(books: Books) -> None:
    books.earn(100)

    first = books.redeem(40, key="till-7:1")
    again = books.redeem(40, key="till-7:1")
    with pytest.raises(AnotherRequest):
        books.redeem(41, key="till-7:1")
    with pytest.raises(AnotherRequest):
        points.credit(books.cast.li, points=40, key="till-7:1", by=TESTS, at=NOON)

    assert (first.again, again.again) == (False, True)
    assert first.answer == again.answer
    assert books.of() == (60, 0, 0)


def test_a_refused_request_may_come_again_under_its_key(books: Books) -> None:
    with pytest.raises(NotEnough), transaction.atomic():
        books.redeem(40, key="k")
    books.earn(100)

    assert books.redeem(40, key="k").answer["balance"] == 60


def test_who_is_no_member_earns_and_spends_nothing(books: Books) -> None:
    with pytest.raises(NoMember):
        books.earn(5, who=books.cast.zhou)
    with pytest.raises(NoMember):
        books.redeem(5, who=books.cast.zhou)


AGAIN = (
    "insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day) "
    "select movement_id, %s, lot_id, %s, day from loyalty_entry"
)


@pytest.mark.parametrize(
    "statement",
    [
        "update loyalty_entry set points = points + 1",
        "delete from loyalty_entry",
        "update loyalty_movement set answer = '{}'",
        "delete from loyalty_movement",
        "update loyalty_account set active = active + 1",
        "update loyalty_lot set active = active + 1, points = points + 1",
        "update loyalty_lot set expires_on = null",
        "update loyalty_lot set account_id = (select max(id) from loyalty_account)",
        "delete from loyalty_lot",
        "delete from loyalty_account",
        AGAIN % ("account_id", "'issued', 'active', 5"),
        AGAIN % ("account_id", "'spent', 'expired', 5"),
        AGAIN % ("account_id", "'active', 'spent', 101"),
        AGAIN % ("(select max(id) from loyalty_account)", "'active', 'spent', 1"),
    ],
)
def test_the_database_itself_refuses_to_cook_the_books(books: Books, statement: str) -> None:
    books.earn(100)
    before = list(Account.objects.order_by("pk").values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as db:
        db.execute(statement)

    assert list(Account.objects.order_by("pk").values()) == before
    assert (Entry.objects.count(), faults()) == (1, [])


def test_even_the_owner_of_the_tables_changes_no_entry(books: Books) -> None:
    with connection.cursor() as db:
        db.execute(
            "select tgname from pg_trigger where tgrelid = 'loyalty_entry'::regclass "
            "and not tgisinternal order by 1"
        )
        assert [name for (name,) in db.fetchall()] == [
            "loyalty_entry_books",
            "loyalty_entry_stays",
        ]


def test_who_leaves_loses_the_points_and_owes_nothing(books: Books) -> None:
    lot = books.earn(100)
    books.redeem(60)
    points.reverse(lot, key="refund", by=TESTS, at=NOON)
    books.earn(20, pending=3)
    membership = Membership.objects.get(customer=books.cast.li)

    members.leave(membership, reason="moved away", by=TESTS, at=NOON)

    assert books.of() == (0, 0, 0)
    assert faults() == []
    with pytest.raises(NoMember):
        books.earn(5)


def test_somebody_joins_once_at_a_time(books: Books) -> None:
    again = members.join(books.cast.li, by=TESTS, at=NOON)

    assert Membership.objects.get(customer=books.cast.li) == again
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            customer=books.cast.li, number="1", source="api", joined_on=TODAY, joined_at=NOON
        )


def test_a_key_is_needed(books: Books) -> None:
    books.earn(10)
    with pytest.raises(BadInput):
        books.redeem(5, key=" ")
    with pytest.raises(BadInput):
        booking.check_points(0)
