"""Numbers with a check digit, levels, breakage, the golden figures: without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from regulars.server.loyalty import rules
from regulars.server.loyalty.rules import Cohort, Lasting, Level, Standing

LEVELS = [Level("s", "银", "Silver", 100), Level("g", "金", "Gold", 500)]
DAY = date(2026, 11, 23)


def test_eight_hundred_with_two_thousand_points_is_parted_as_ifrs_15_says() -> None:
    found = rules.allocate(
        Decimal(800), points=2000, worth=Decimal("0.012"), redeemed=Decimal("0.8")
    )

    assert (found.goods, found.points) == (Decimal("781.25"), Decimal("18.75"))


def test_the_management_liability_is_active_times_what_is_redeemed_times_cost() -> None:
    assert rules.liability(1_000_000, Decimal("0.2"), Decimal("0.01")) == Decimal("8000.00")


@pytest.mark.parametrize(
    ("told", "shown"), [("10.00000", "10"), ("0.00800", "0.008"), ("0.00000", "0")]
)
def test_what_a_point_costs_is_a_plain_number(told: str, shown: str) -> None:
    assert rules.plain(Decimal(told)) == shown


def test_a_number_checks_itself() -> None:
    number = rules.number("600", 1)

    assert number == "6000000000011" or rules.is_number(number)
    assert rules.is_number("79927398713")  # the example of ISO/IEC 7812-1
    for place in range(len(number)):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            assert rules.is_number(wrong) == (wrong == number)
    assert not rules.is_number("６００")


@pytest.mark.parametrize(
    ("amount", "points"), [(9_99, 0), (10_00, 1), (-10_00, 1), (199_99, 19), (1_000_000_00, 50)]
)
def test_points_by_amount_are_whole_and_rounded_down(amount: int, points: int) -> None:
    assert rules.points_for(amount, points=1, per=10, most=50) == points


def test_points_last_some_months_or_until_the_end_of_a_year_or_for_ever() -> None:
    assert rules.last_day(date(2026, 1, 31), Lasting("months", 13)) == date(2027, 2, 28)
    assert rules.last_day(DAY, Lasting("year_end", 1)) == date(2027, 12, 31)
    assert rules.last_day(DAY, Lasting("always", 0)) is None


def test_a_level_that_is_reached_is_kept_for_its_months() -> None:
    none = Standing()

    silver = rules.standing(120, none, LEVELS, months=12, day=DAY)
    later = rules.standing(30, silver, LEVELS, months=12, day=date(2027, 11, 23))
    over = rules.standing(30, silver, LEVELS, months=12, day=date(2027, 11, 24))
    gold = rules.standing(600, silver, LEVELS, months=12, day=date(2027, 1, 5))

    assert silver == Standing("s", DAY, date(2027, 11, 23))
    assert (later, over) == (silver, none)
    assert gold == Standing("g", date(2027, 1, 5), date(2028, 1, 5))
    assert rules.standing(99, none, LEVELS, months=12, day=DAY) == none


def test_who_reaches_the_level_again_on_its_last_day_keeps_it() -> None:
    held = Standing("s", date(2025, 1, 1), DAY)

    found = rules.standing(150, held, LEVELS, months=12, day=DAY)

    assert found == Standing("s", date(2025, 1, 1), date(2027, 11, 23))


def test_young_cohorts_are_carried_on_as_older_ones_went() -> None:
    """By hand: 100 -> 300 -> 450 of 1,000; the second goes 3 x on, then 1.5 x: 90 -> 405."""
    cohorts = [
        Cohort("2026-01", 1_000, 0, (100, 300, 450)),
        Cohort("2026-02", 1_000, 500, (100, 300)),
        Cohort("2026-03", 1_000, 900, (90,)),
    ]

    found = rules.development(cohorts, life=2)

    assert found.factors == (Decimal(3), Decimal("1.5"))
    assert found.ultimate == (Decimal("0.45"), Decimal("0.45"), Decimal("0.405"))
    assert found.breakage == 1 - Decimal("1.305") / 3


def test_without_older_cohorts_nobody_knows_the_breakage() -> None:
    found = rules.development([Cohort("2026-03", 1_000, 900, (90,))], life=24)

    assert (found.ultimate, found.breakage) == ((None,), None)


def test_more_is_never_redeemed_than_was_issued() -> None:
    cohorts = [Cohort("a", 1_000, 0, (10, 500)), Cohort("b", 1_000, 0, (900,))]

    assert rules.development(cohorts, life=1).ultimate == (Decimal("0.5"), Decimal(1))


@pytest.mark.parametrize(
    ("company", "condition", "tangible", "forbidden"),
    [
        ("bank", "deposit_balance", True, True),
        ("bank", "deposit_balance", False, False),
        ("bank", "amount", True, False),
        ("retail", "deposit_balance", True, False),
    ],
)
def test_a_bank_gives_no_gift_for_a_deposit(
    company: str, condition: str, tangible: bool, forbidden: bool
) -> None:
    told = rules.is_gift_for_a_deposit(company, condition=condition, tangible=tangible)

    assert told is forbidden
