"""Books that do not add up are found: by the doctor, and in the night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.utils import translation
from tests.server.loyalty.conftest import Books

from regulars.server.administration import jobs
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.loyalty import queries
from regulars.server.loyalty.actions import booking, points
from regulars.server.loyalty.forms import RuleForm
from regulars.server.loyalty.models import Account, Programme
from regulars.server.site import state
from regulars.server.site.home import Home
from regulars.server.site.postgres import APPLICATION, OWNER, Postgres
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


# What somebody who knows how could try as the application: a trigger of their own is as deep
# as those of the ledger.
TRICK = """
create temp table by_hand (account bigint) on commit drop;
create function pg_temp.by_hand() returns trigger language plpgsql as $$ begin
  {0}; return null;
end $$;
create trigger by_hand after insert on by_hand
  for each row execute function pg_temp.by_hand();
"""
TRICKS = {
    "balance": "update loyalty_account set active = active + 1 where id = new.account",
    "lot": "update loyalty_lot set active = active + 1 where account_id = new.account",
    "last day": "update loyalty_lot set expires_on = null where account_id = new.account",
    "another's lot": "update loyalty_lot set account_id = new.account + 1 "
    "where account_id = new.account",
    "issue": "insert into loyalty_entry (movement_id, account_id, lot_id, source, target, "
    "points, day) select movement_id, account_id, id, 'issued', 'active', 1, issued_on "
    "from loyalty_lot where account_id = new.account",
    "opening": "insert into loyalty_entry (movement_id, account_id, lot_id, source, target, "
    "points, day) select movement_id, account_id, id, 'opened', 'active', 1, issued_on "
    "from loyalty_lot where account_id = new.account",
}
BORROWED = """
create temp table by_hand (like loyalty_entry) on commit drop;
create trigger by_hand after insert on by_hand referencing new table as fresh
  for each statement execute function loyalty_book()"""


# Whoever owns the tables can do more: then it is found.
OWNERS = """
create table by_hand (account bigint);
create function by_hand() returns trigger language plpgsql security definer as $$ begin
  update loyalty_account set active = active + 1 where id = new.account; return null;
end $$;
create trigger by_hand after insert on by_hand for each row execute function by_hand();
"""


@pytest.fixture(scope="module")
def owners(home: Home, django_db_setup: None) -> Iterator[None]:
    """A way past the entries, made by the owner of the tables."""
    owner = Postgres(home).connection(OWNER)
    with psycopg.connect(**owner, autocommit=True) as link:  # type: ignore[arg-type]  # libpq's own words
        link.execute(OWNERS)
        link.execute(f"grant insert on by_hand to {APPLICATION}")
        yield
        link.execute("drop table by_hand; drop function by_hand()")


def changed_by_hand(books: Books) -> int:
    """Give Li a point past the entries."""
    account = Account.objects.get(customer=books.cast.li, currency="points")
    with connection.cursor() as db:
        db.execute("insert into by_hand values (%s)", [account.pk])
    return account.pk


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_the_application_moves_no_balance_from_within_a_trigger(
    books: Books, trick: str
) -> None:
    books.earn(100)
    account = Account.objects.get(customer=books.cast.li, currency="points")

    with connection.cursor() as db:
        db.execute(TRICK.format(TRICKS[trick]))
        with pytest.raises(DatabaseError, match=r"permission denied|row-level security"):
            db.execute("insert into by_hand values (%s)", [account.pk])


def test_the_functions_of_the_ledger_work_for_the_ledger_alone(books: Books) -> None:
    books.earn(100)

    with connection.cursor() as db:
        db.execute(BORROWED)
        with pytest.raises(DatabaseError, match="balances change by entries only"):
            db.execute("insert into by_hand select * from loyalty_entry")


def test_lots_with_points_follow_nobody(books: Books) -> None:
    """The way that a merge takes is none for points."""
    lot = books.earn(100)
    other = Account.objects.get(customer=books.cast.qian, currency="points")

    ((moved,),) = booking.run(
        "select loyalty_follow(%s, %s, %s)", [[lot.pk], lot.account_id, other.pk]
    )

    assert (moved, books.of()) == (0, (100, 0, 0))


def test_books_that_add_up_are_healthy(books: Books) -> None:
    books.earn(100)
    books.redeem(30)

    assert queries.faults() == []
    assert "sum of its entries" in state._points()


def test_a_balance_that_was_changed_by_hand_is_found(books: Books, owners: None) -> None:
    books.earn(100)
    account = changed_by_hand(books)

    assert queries.faults() == [("account", account), ("lots", account)]
    with translation.override("en"), pytest.raises(queries.DoNotAddUp, match="2 faults"):
        state._points()


def test_the_night_fails_where_points_do_not_add_up(books: Books, owners: None) -> None:
    """A night that failed stands on the overview of whoever administers."""
    books.earn(100)
    changed_by_hand(books)
    step = next(each for each in jobs._steps() if each.name == "books")

    with pytest.raises(queries.DoNotAddUp):
        step.run({})


def test_the_running_month_is_left_out_of_the_triangle(books: Books) -> None:
    books.earn(1_000, at=NOON.replace(month=9))
    books.earn(1_000)
    books.redeem(200)

    found = queries.worth(books.cast.ana, NOON)

    assert found is not None
    shares = {row.month: row.shares for row in found.rows}
    assert shares == {date(2026, 9, 1): (Decimal(0), Decimal(0)), date(2026, 11, 1): ()}


def test_what_a_point_costs_is_shown_plainly(books: Books) -> None:
    Programme.objects.update(unit_cost=Decimal(10))

    assert Programme.objects.get().cost == "10"


@pytest.mark.parametrize("told", ["dining,fuel", "dining， fuel", "dining、fuel、"])
def test_codes_stand_between_any_commas(told: str) -> None:
    form = RuleForm(
        {"name": "x", "currency": "points", "kind": "amount", "points": 1, "per": 1,
         "pending_days": 0, "lasts": "months", "span": 24, "categories": told,
         "valid_from": TODAY.isoformat()},
        earliest=TODAY,
    )  # fmt: skip

    assert form.is_valid(), form.errors
    assert form.terms()["about"] == {"categories": ["dining", "fuel"]}


def seen(cast: Cast, viewer: Person) -> set[str]:
    """The keys of movements that the database shows to somebody."""
    scope.set_scope(viewer.scope)
    with connection.cursor() as db:
        db.execute("select key from loyalty_movement")
        found = {key for (key,) in db.fetchall()}
    scope.set_scope(scope.EVERYBODY)
    return found


def test_a_movement_is_seen_by_whoever_sees_a_customer_of_it(books: Books) -> None:
    """Li's and Qian's are of two books; what one gives to the other is of both."""
    li, qian = books.cast.li, books.cast.qian
    points.earn(li, points=100, key="li", by=TESTS, at=NOON)
    points.earn(qian, points=100, key="qian", by=TESTS, at=NOON)
    points.transfer(li, qian, points=10, key="gift", by=TESTS, at=NOON)

    assert seen(books.cast, books.cast.mei) == {"li", "gift"}
    assert seen(books.cast, books.cast.tao) == {"qian", "gift"}
    assert seen(books.cast, books.cast.ana) == {"li", "qian", "gift"}


def test_a_key_of_a_customer_behind_the_wall_is_another_request(books: Books) -> None:
    """Neither a crash nor a word about whose it is."""
    li, qian, mei = books.cast.li, books.cast.qian, books.cast.mei
    books.earn(50)
    points.earn(qian, points=100, key="same", by=TESTS, at=NOON)
    points.redeem(qian, points=1, key="spent", by=TESTS, at=NOON)
    scope.set_scope(mei.scope)

    with pytest.raises(booking.AnotherRequest):
        points.earn(li, points=100, key="same", by=mei, at=NOON)
    with pytest.raises(booking.AnotherRequest):
        points.redeem(li, points=1, key="spent", by=mei, at=NOON)


def test_redemptions_of_a_span_are_found_by_their_day(books: Books) -> None:
    """At a realistic size; a small table is read whole, rightly."""
    account = Account.objects.get(customer=books.cast.li, currency="points")
    with connection.cursor() as db:
        db.execute(
            "insert into loyalty_movement (public_id, what, key, print, answer, account_id, "
            "ref, by, at, day) select 'm' || n, case n %% 10 when 0 then 'redeem' else 'earn' "
            "end, 'many-' || n, '', '{}', %s, '', 'tests', now(), date '2020-01-01' + n / 100 "
            "from generate_series(1, 200000) n",
            [account.pk],
        )
        db.execute("analyze loyalty_movement")
        db.execute(
            "explain select count(*) from loyalty_movement where what = 'redeem' "
            "and day between date '2025-01-01' and date '2025-01-31'"
        )
        plan = "\n".join(line for (line,) in db.fetchall())

    assert "redemptions_by_day" in plan, plan
