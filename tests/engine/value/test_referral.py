"""What referrals are worth, and that nobody is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from regulars import engine
from regulars.base.errors import BadInput, Refused
from regulars.engine.value.referral import company_value, referral_value

START, END = date(2025, 1, 1), date(2026, 12, 31)
Make = Callable[..., Any]


@pytest.fixture
def table(connection: engine.Connection) -> Make:
    def make(names: str, rows: Sequence[Sequence[Any]]) -> Any:
        columns = {name: [row[at] for row in rows] for at, name in enumerate(names.split())}
        return connection.create_table(
            ibis.util.gen_name("referral"), pa.table(columns), temp=True
        )

    return make


@pytest.fixture
def margins(table: Make) -> Any:
    return table("customer_id margin", [(2, 100.0), (3, 220.0), (4, 50.0), (5, 1000.0)])


def _rows(found: Any) -> dict[int, dict[str, Any]]:
    rows = found.order_by("customer_id").to_pyarrow().to_pylist()
    return {row["customer_id"]: row for row in rows}


def test_type_1_brings_margin_and_saving_type_2_the_saving_only(
    table: Make, margins: Any
) -> None:
    referrals = table(
        "referrer_id referred_id joined_on would_have_joined",
        [(1, 2, START, False), (1, 3, START, True), (7, 4, START, None)],
    )

    found = _rows(
        referral_value(
            referrals, margins, since=START, as_of=END, saving=30.0, type_1_share=0.4
        )
    )

    assert found[1]["crv"] == pytest.approx((100 + 30) + 30)
    assert found[1]["referred"] == 2
    assert found[1]["referred_margin"] == pytest.approx(320)
    assert found[7]["crv"] == pytest.approx(0.4 * 50 + 30)


def test_a_referral_of_the_second_year_is_discounted_by_its_days(
    table: Make, margins: Any
) -> None:
    joined = date(2026, 7, 2)
    referrals = table("referrer_id referred_id joined_on", [(1, 2, joined)])

    found = _rows(referral_value(referrals, margins, since=START, as_of=END, discount_rate=0.2))

    years = (joined - START).days / 365
    assert found[1]["crv"] == pytest.approx(0.5 * 100 / 1.2**years)


def test_only_the_first_referrer_brought_a_customer_and_nobody_brought_himself(
    table: Make, margins: Any
) -> None:
    referrals = table(
        "referrer_id referred_id joined_on",
        [(9, 2, date(2025, 5, 2)), (1, 2, date(2025, 5, 1)), (4, 4, START), (8, 3, START)],
    )

    found = _rows(referral_value(referrals, margins, since=START, as_of=END))

    assert sorted(found) == [1, 8]


def test_who_was_brought_by_a_referred_customer_counts_for_that_one_only(
    table: Make, margins: Any
) -> None:
    referrals = table("referrer_id referred_id joined_on", [(1, 2, START), (2, 5, START)])

    found = _rows(referral_value(referrals, margins, since=START, as_of=END))

    assert found[1]["crv"] == pytest.approx(50)
    assert found[2]["crv"] == pytest.approx(500)


def test_what_comes_after_the_date_does_not_exist(table: Make, margins: Any) -> None:
    referrals = table(
        "referrer_id referred_id joined_on",
        [(1, 2, date(2025, 6, 2)), (1, 3, date(2025, 5, 31)), (1, 4, date(2024, 12, 31))],
    )

    found = referral_value(referrals, margins, since=START, as_of=date(2025, 6, 1))

    assert _rows(found)[1]["referred"] == 1


def test_an_early_referral_is_not_taken_over_by_a_later_referrer(
    table: Make, margins: Any
) -> None:
    referrals = table(
        "referrer_id referred_id joined_on", [(1, 2, date(2024, 3, 1)), (9, 2, START)]
    )

    assert _rows(referral_value(referrals, margins, since=START, as_of=END)) == {}


def test_the_company_is_worth_the_sum_of_its_clv_whatever_was_referred(table: Make) -> None:
    values = table("customer_id clv", [(1, 500.0), (2, 300.0), (3, 200.0), (4, None)])
    referrals = table(
        "referrer_id referred_id joined_on", [(1, 2, START), (1, 3, START), (2, 3, START)]
    )

    found = company_value(values, referrals, as_of=END)

    assert found.total == pytest.approx(1000.0)
    assert found.by_referral == pytest.approx(500.0)
    assert found.referred == 2


def test_a_sum_of_referral_values_is_refused(table: Make) -> None:
    values = table("customer_id clv crv", [(1, 500.0, 90.0)])
    referrals = table("referrer_id referred_id joined_on", [(1, 2, START)])

    with pytest.raises(Refused, match="twice"):
        company_value(values, referrals, column="crv", as_of=END)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type_1_share": 1.5}, "0 to 1"),
        ({"since": date(2027, 1, 1)}, "turn the dates"),
    ],
)
def test_impossible_questions_are_refused(
    given: dict[str, Any], said: str, table: Make, margins: Any
) -> None:
    referrals = table("referrer_id referred_id joined_on", [(1, 2, START)])

    with pytest.raises(BadInput, match=said):
        referral_value(referrals, margins, **{"since": START, "as_of": END, **given})


def test_a_missing_column_is_named(table: Make, margins: Any) -> None:
    with pytest.raises(BadInput, match="joined_on"):
        referral_value(
            table("referrer_id referred_id", [(1, 2)]), margins, since=START, as_of=END
        )
