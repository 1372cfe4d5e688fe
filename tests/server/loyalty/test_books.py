"""Books that do not add up are found: by the doctor, and in the night."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation
from tests.server.loyalty.conftest import Books

from regulars.server.administration import jobs
from regulars.server.loyalty import queries
from regulars.server.loyalty.forms import RuleForm
from regulars.server.loyalty.models import Account, Programme
from regulars.server.site import state
from regulars.testing.cast import NOON, TODAY

pytestmark = pytest.mark.django_db


BY_HAND = """
create temp table by_hand (account bigint) on commit drop;
create function pg_temp.by_hand() returns trigger language plpgsql as $$ begin
  update loyalty_account set active = active + 1 where id = new.account; return null;
end $$;
create trigger by_hand after insert on by_hand
  for each row execute function pg_temp.by_hand();
"""


def changed_by_hand(books: Books) -> int:
    """Somebody who knows how gives Li a point past the entries."""
    account = Account.objects.get(customer=books.cast.li, currency="points")
    with connection.cursor() as db:
        db.execute(BY_HAND)
        db.execute("insert into by_hand values (%s)", [account.pk])
    return account.pk


def test_books_that_add_up_are_healthy(books: Books) -> None:
    books.earn(100)
    books.redeem(30)

    assert queries.faults() == []
    assert "sum of its entries" in state._points()


def test_a_balance_that_was_changed_by_hand_is_found(books: Books) -> None:
    books.earn(100)
    account = changed_by_hand(books)

    assert queries.faults() == [("account", account), ("lots", account)]
    with translation.override("en"), pytest.raises(queries.DoNotAddUp, match="2 faults"):
        state._points()


def test_the_night_fails_where_points_do_not_add_up(books: Books) -> None:
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
