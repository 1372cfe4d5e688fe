"""Facts: the manifest decides, the same row twice is one, the viewer's wall holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import FactKey
from regulars.server.facts import actions, lake, queries
from regulars.server.facts.models import FactFile
from regulars.testing.cast import NOON, TESTS, Cast, bought, has_balance

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
Look = Callable[[Person], None]


def test_a_timeline_shows_the_newest_first(as_system: Cast) -> None:
    bought(as_system, as_system.li, MONDAY, MONDAY + timedelta(days=3))

    found = queries.timeline(as_system.mei, as_system.li)

    assert [fact.day for fact in found] == [MONDAY + timedelta(days=3), MONDAY]
    assert found[0].amount == Decimal("100.00")


def test_a_timeline_can_be_followed_back(as_system: Cast) -> None:
    bought(as_system, as_system.li, *(MONDAY + timedelta(days=n) for n in range(5)))

    newest = queries.timeline(as_system.mei, as_system.li, most=2)
    older = queries.timeline(as_system.mei, as_system.li, before=newest[-1].at, most=10)

    assert len(newest) + len(older) == 5
    assert max(fact.at for fact in older) < min(fact.at for fact in newest)


def test_facts_of_another_book_are_refused(cast: Cast, look: Look) -> None:
    with scope.everything():
        bought(cast, cast.qian, MONDAY)
    look(cast.mei)

    with pytest.raises(queries.NotVisible):
        queries.timeline(cast.mei, cast.qian)


def test_the_same_rows_twice_add_nothing(as_system: Cast) -> None:
    bought(as_system, as_system.li, MONDAY)
    before = queries.manifest()["transactions"]["rows"]

    bought(as_system, as_system.li, MONDAY)

    assert queries.manifest()["transactions"]["rows"] == before == 1


def test_a_file_of_a_transaction_that_failed_does_not_count(as_system: Cast) -> None:
    class Broken(Exception):
        pass

    @transaction.atomic
    def load_and_break() -> None:
        bought(as_system, as_system.li, MONDAY)
        raise Broken

    with pytest.raises(Broken):
        load_and_break()

    assert queries.living("transactions") == []


def test_withdrawn_facts_are_gone_and_their_files_stay_a_week(as_system: Cast) -> None:
    bought(as_system, as_system.li, MONDAY)
    path = queries.living("transactions")[0]

    actions.withdraw("cast", by=TESTS, at=NOON)
    actions.sweep(at=NOON + timedelta(days=6))

    assert queries.timeline(as_system.mei, as_system.li) == []
    assert path.exists()

    actions.sweep(at=NOON + timedelta(days=8))
    assert not path.exists()


def test_compaction_keeps_every_row(as_system: Cast) -> None:
    for week in range(4):
        bought(as_system, as_system.li, MONDAY + timedelta(weeks=week), source=f"w{week}")
    before = queries.timeline(as_system.mei, as_system.li)

    actions.compact("transactions", by=TESTS, at=NOON, most=1)

    assert FactFile.objects.filter(replaced_at__isnull=True).count() == 1
    assert queries.timeline(as_system.mei, as_system.li) == before


def test_a_balance_holds_until_the_next_one(as_system: Cast) -> None:
    has_balance(as_system, as_system.li, (MONDAY, 500_00), (MONDAY + timedelta(days=3), 200_00))

    line = queries.balances(as_system.mei, as_system.li, MONDAY, MONDAY + timedelta(days=5))

    assert [amount for _, amount in line] == [500, 500, 500, 200, 200]


def test_a_missing_fact_file_is_said_and_not_skipped(as_system: Cast) -> None:
    bought(as_system, as_system.li, MONDAY)
    queries.living("transactions")[0].unlink()

    with pytest.raises(lake.LakeFailed, match="regulars restore"):
        queries.timeline(as_system.mei, as_system.li)


def test_facts_carry_a_pseudonym_and_no_name(as_system: Cast) -> None:
    bought(as_system, as_system.li, MONDAY)

    key = FactKey.objects.get(customer=as_system.li).pk
    found = lake.rows(
        f"select * from {lake.source(queries.living('transactions'), 'transactions')}"
    )

    assert found[0][0] == key
    assert as_system.li.number not in map(str, found[0])


def test_a_mistyped_year_does_not_move_the_last_day(as_system: Cast) -> None:
    bought(as_system, as_system.li, date(2026, 11, 20), date(2027, 11, 20))

    assert queries.last_day() == date(2027, 11, 20)
    assert queries.last_day(until=date(2026, 11, 22)) == date(2026, 11, 22)
    assert queries.last_day(until=date(2028, 1, 1)) == date(2027, 11, 20)
