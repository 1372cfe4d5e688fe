"""A refund takes what its purchase earned: by its terms, of its order, line by line."""

from __future__ import annotations

from datetime import date

import pytest
from tests.server.loyalty.conftest import Books, faults, later
from tests.server.loyalty.test_earning import Adopt, adopted, happened, run

from regulars.server.customers.models import FactKey
from regulars.server.facts import actions as facts
from regulars.server.loyalty.models import EarningRule, Lot
from regulars.testing.cast import NOON, TESTS

__all__ = ["adopted"]
pytestmark = pytest.mark.django_db
NEW = date(2026, 10, 1)


def test_a_refund_takes_by_the_version_that_its_purchase_earned_by(
    books: Books, adopted: Adopt
) -> None:
    first = adopted()
    second = adopted(points=2, since=NEW)
    EarningRule.objects.filter(pk=first.pk).update(valid_until=NEW)
    EarningRule.objects.filter(pk=second.pk).update(code=first.code, version=2)
    happened(books.cast.li, (date(2026, 9, 1), 100_00, "old"), (NEW, 100_00, "new"))
    assert run().points == 10 + 20

    happened(books.cast.li, (date(2026, 11, 2), -10_00, "new"), known=later(1))
    assert run(2).taken_back == 2
    happened(books.cast.li, (date(2026, 11, 3), -10_00, "old"), known=later(3))
    assert run(4).taken_back == 1
    happened(books.cast.li, (date(2026, 11, 4), -10_00, ""), known=later(5))
    assert run(6).taken_back == 2, "without an order: of the newest, by its terms, once"

    assert (books.of(), faults()) == ((9 + 16, 0, 0), [])


def test_a_refund_of_an_order_that_earned_nothing_takes_nothing(
    books: Books, adopted: Adopt
) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 9, 1), 100_00, "A"), (date(2026, 9, 2), 9_00, "B"))
    run()
    happened(books.cast.li, (date(2026, 11, 2), -9_00, "B"), known=later(1))

    assert (run(2).taken_back, books.of()) == (0, (10, 0, 0))


def test_what_was_refunded_of_other_categories_does_not_count(
    books: Books, adopted: Adopt
) -> None:
    adopted(about={"categories": ["dining"]})
    day = date(2026, 11, 1)
    happened(books.cast.li, (day, 100_00, "A"), category="dining")
    happened(books.cast.li, (day, 300_00, "A"), category="fuel")
    run()
    happened(books.cast.li, (date(2026, 11, 9), -300_00, "A"), category="fuel", known=later(1))
    assert run(2).taken_back == 0
    happened(books.cast.li, (date(2026, 11, 9), -20_00, "A"), category="dining", known=later(3))

    assert (run(4).taken_back, books.of()) == (2, (8, 0, 0))


def test_the_most_of_a_transaction_holds_for_each_line_of_an_order(
    books: Books, adopted: Adopt
) -> None:
    adopted(about={"most": 5})
    day = date(2026, 11, 1)
    happened(books.cast.li, (day, 100_00, "A"), (day, 110_00, "A"))
    assert run().points == 10
    happened(books.cast.li, (date(2026, 11, 9), -50_00, "A"), known=later(1))
    assert run(2).taken_back == 0, "what is left of each line earns its most still"
    happened(books.cast.li, (date(2026, 11, 9), -60_00, "A"), known=later(3))

    assert (run(4).taken_back, books.of()) == (5, (5, 0, 0))


def test_a_line_that_comes_after_the_refund_of_its_order_is_minded(
    books: Books, adopted: Adopt
) -> None:
    adopted()
    happened(books.cast.li, (date(2026, 11, 1), 100_00, "A"))
    run()
    happened(books.cast.li, (date(2026, 11, 9), -150_00, "A"), known=later(1))
    assert run(2).taken_back == 10
    happened(books.cast.li, (date(2026, 11, 1), 110_00, "A"), known=later(9))
    run(10)

    assert sum(lot.active for lot in Lot.objects.all()) == 6
    assert (books.of(), faults()) == ((6, 0, 0), [])


def test_a_deal_that_was_refunded_is_no_deal_any_more(books: Books, adopted: Adopt) -> None:
    adopted(kind="deals", points=100, about={"deals": 3, "months": 2})
    days = (date(2026, 9, 3), date(2026, 9, 20), date(2026, 10, 5))
    happened(books.cast.li, *((day, 10_00, f"{day}") for day in days))
    assert run().points == 100
    happened(books.cast.li, (date(2026, 11, 2), -4_00, "2026-10-05"), known=later(1))
    assert run(2).taken_back == 0, "a part of it came back: it is a deal still"
    books.redeem(30)
    happened(books.cast.li, (date(2026, 11, 3), -6_00, "2026-10-05"), known=later(3))

    assert (run(4).taken_back, run(5).taken_back) == (100, 0)
    assert (books.of(), faults()) == ((0, 0, 30), [])
    happened(books.cast.li, (date(2026, 10, 30), 10_00, "late"), known=later(9))
    assert (run(10).points, books.of()) == (100, (70, 0, 0))


def test_a_span_of_deals_begins_with_the_rule_and_the_next_one_after_it(
    books: Books, adopted: Adopt
) -> None:
    adopted(kind="deals", points=100, about={"deals": 2, "months": 2}, since=date(2026, 2, 9))
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2), date(2026, 6, 1))
    happened(books.cast.li, *((day, 10_00, f"{day}") for day in days))

    assert run().points == 100
    assert Lot.objects.get(points=100).expires_on == date(2028, 4, 2)


def test_what_files_counted_that_were_taken_out_goes_along_with_them(
    books: Books, adopted: Adopt
) -> None:
    adopted(kind="deals", points=100, about={"deals": 2, "months": 1})
    adopted(name="存款", kind="balance", per=1000, currency="tier", since=NEW)
    adopted(name="保险", kind="product", points=300, about={"products": ["BX05"]})
    happened(books.cast.li, (NEW, 10_00, "A"), product_id="X")
    happened(books.cast.li, (date(2026, 10, 2), 10_00, "B"), source="wrong", product_id="X")
    held(books, "right", balance=5_000_00, holding="H1")
    held(books, "wrong", balance=2_000_00, holding="H2")
    run()
    assert (books.of(), books.of(currency="tier")) == ((700, 0, 0), (7, 0, 0))

    facts.withdraw("wrong", by=TESTS, at=later(1))
    assert run(2).taken_back == 100 + 300 + 2

    assert (books.of(), books.of(currency="tier")) == ((300, 0, 0), (5, 0, 0))
    assert (run(3).taken_back, faults()) == (0, [])


def held(books: Books, source: str, *, balance: int, holding: str) -> None:
    """An account with so much in it since October, and an insurance."""
    key = FactKey.objects.get(customer=books.cast.li).pk
    told = {"source": source, "by": TESTS, "at": NOON}
    facts.add(
        "balances",
        f"select {key}::bigint as fact_key, date '{NEW}' as \"on\", '{source}' as account_id, "
        f"'DQ' as product_id, {balance}::bigint as balance, 'b{source}' as row_key, "
        "timestamp '2026-10-02' as known_at",
        **told,  # type: ignore[arg-type]  # as told
    )
    facts.add(
        "holdings",
        f"select {key}::bigint as fact_key, '{holding}' as holding_id, 'BX05' as product_id, "
        "date '2026-10-01' as opened_on, null::date as matures_on, null::date as closed_on, "
        f"500000::bigint as amount, 'h{holding}' as row_key, "
        "timestamp '2026-10-01' as known_at",
        **told,  # type: ignore[arg-type]  # as told
    )
