"""Sheets are read apart; a reason said again is kept; a refund proves nothing."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from tests.server.opportunities.conftest import Make, ahead, later

from regulars.server.customers.models import FactKey
from regulars.server.facts import actions as facts
from regulars.server.opportunities import actions
from regulars.server.opportunities.loading import reading
from regulars.server.plans import actions as plans
from regulars.server.products.models import Product
from regulars.server.scoring import actions as declining
from regulars.server.scoring import queries as scoring
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


def test_a_sheet_is_read_as_its_rows_say(db: None) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        rows = [
            ("Number", "What", "Amount", "expected_on"),
            ("0001", "a card", 100_000, "2026-12-01"),
        ]
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, later(8).replace(tzinfo=None, hour=0), day)

    (row,) = reading.read("deals.xlsx", made.getvalue())

    assert row == {"number": "0001", "what": "a card", "amount": "100000",
                   "expected_on": ahead(8).isoformat()}  # fmt: skip


def test_what_is_no_sheet_is_refused_in_a_sentence(db: None) -> None:
    with pytest.raises(reading.Unreadable):
        reading.read("deals.xlsx", b"PK\x03\x04 nothing")


def test_a_new_reason_in_the_same_phase_is_kept(as_system: Cast) -> None:
    plan = plans.draft(as_system.zhou, aim="Be the first bank.", by=as_system.wei, at=NOON)
    for why in ("nobody knows the owner", "the accountant decides"):
        made = actions.begin_strategy(plan, phase="find", why=why, by=as_system.wei, at=NOON)
    made.refresh_from_db()
    assert made.why == "the accountant decides"


def test_the_same_words_cannot_be_open_twice_in_one_kind(found: Make) -> None:
    found("a card", kind="trade_in")
    other = found("a card", kind="add_on")
    given = {"amount": None, "margin": None, "expected_on": None, "owner": None}
    with pytest.raises(actions.Exists):
        actions.change(other, kind="trade_in", **given, by=TESTS, at=NOON)
    other.refresh_from_db()
    assert other.kind == "add_on"


@pytest.mark.parametrize(("back", "proved"), [(0, 1), (-4_000, 1), (-10_000, 0)])
def test_a_purchase_given_back_proves_nothing(
    found: Make, fund: Product, as_system: Cast, back: int, proved: int
) -> None:
    deal = found(product=fund)
    actions.win(deal, reason="fit", by=TESTS, at=later(1))
    key = FactKey.objects.get(customer=as_system.li).pk
    sold = [_sold(key, "purchase", 10_000, "F1"), _sold(key, "refund", back, "")]
    facts.add("transactions", " union all ".join(sold[: 2 if back else 1]), source="cast",
              by=TESTS, at=NOON)  # fmt: skip
    assert actions.prove(by=TESTS, at=later(3)) == proved


def _sold(key: int, kind: str, amount: int, product: str) -> str:
    return (
        f"select {key}::bigint as fact_key, timestamp '{TODAY} 02:00:00' as occurred_at, "
        f"date '{TODAY}' as local_date, {amount}::bigint as amount, null::double as quantity, "
        f"null::bigint as cost, 'order-1' as order_id, nullif('{product}', '') as product_id, "
        "null::varchar as category, 'pos' as channel, null::varchar as branch, "
        f"'{kind}' as kind, null::varchar as external_id, '{kind}-1' as row_key, "
        f"timestamp '{TODAY} 03:00:00' as known_at"
    )


def test_what_a_loss_by_mistake_said_of_the_product_is_taken_back_with_it(
    as_system: Cast, found: Make, fund: Product
) -> None:
    mei, li = as_system.mei, as_system.li
    one = found(product=fund)

    def lost(days: int) -> None:
        actions.lose(one, reason="later", by=mei, at=later(days))

    def still(days: int) -> bool:
        return scoring.declined(mei, li, on=ahead(days)).exists()

    lost(1)
    assert still(1)
    actions.reopen(one, words="the wrong one", by=mei, at=later(2))
    assert not still(2)

    lost(3)
    declining.decline(li, fund.code, by=mei, at=later(4))
    actions.reopen(one, words="the wrong one", by=mei, at=later(5))
    assert still(5), "the customer said so once more"
