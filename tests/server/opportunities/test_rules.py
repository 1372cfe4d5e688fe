"""The funnel's arithmetic: who reached, who passed, what the open ones are worth."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from regulars.engine.intervals import wilson
from regulars.server.opportunities import rules
from regulars.server.opportunities.rules import Deal, Open
from regulars.testing.cast import NOON

STATED = {1: Decimal("0.1"), 2: Decimal("0.4"), 3: Decimal("0.8")}


def deals(**counted: int) -> list[Deal]:
    """Such as won3=2: two whose furthest stage is the third and who were won."""
    return [
        Deal(int(code[-1]), code[:-1], Decimal(10))
        for code, n in counted.items()
        for _one in range(n)
    ]


def test_what_was_won_passed_every_stage_even_those_that_it_skipped() -> None:
    first, second, third = rules.rungs(deals(won1=1, lost2=1, open3=1, open1=1), [1, 2, 3])

    assert (first.reached, first.passed, first.ended, first.waiting) == (4, 3, 0, 1)
    assert (second.reached, second.passed, second.ended, second.waiting) == (3, 2, 1, 0)
    assert (third.reached, third.passed, third.ended, third.waiting) == (2, 1, 0, 1)
    assert first.amount == Decimal(40)


def test_conversion_is_of_those_that_left_and_carries_its_interval() -> None:
    first = rules.rungs(deals(won1=3, lost1=7, open1=90), [1, 2, 3])[0]

    share = rules.conversion(first.passed, first.left)

    assert share is not None
    assert share.share == pytest.approx(0.3), "90 that still stand there say nothing yet"
    assert (share.low, share.high) == wilson(3, 10)
    assert share.is_few
    assert rules.conversion(0, 0) is None


def test_a_stage_that_went_out_of_use_counts_with_the_one_before() -> None:
    first, third = rules.rungs(deals(lost2=1, won3=1), [1, 3])

    assert (first.reached, first.ended, first.passed) == (2, 1, 1)
    assert (third.reached, third.passed) == (1, 1)


def test_time_in_a_stage_is_from_move_to_move() -> None:
    ways = [(1, NOON), (2, NOON + timedelta(days=4)), (6, NOON + timedelta(days=10.5))]

    assert [(one.position, one.days) for one in rules.stays(ways)] == [(1, 4.0), (2, 6.5)]
    assert rules.median([]) is None


def test_the_own_rate_takes_the_place_of_the_stated_one_where_enough_were_decided() -> None:
    few = rules.chances(deals(won3=5, lost1=24, open3=500), STATED)
    enough = rules.chances(deals(won3=6, lost1=18, lost2=6, open3=500), STATED)

    assert (few[1].is_own, few[1].share) == (False, 0.1), "29 are too few"
    assert (enough[1].is_own, enough[1].share) == (True, 0.2)
    assert (enough[2].decided, enough[2].is_own) == (12, False)


def test_a_forecast_is_amounts_by_chances_with_its_range() -> None:
    known = rules.chances([], STATED)
    rows = [Open(1, Decimal(1000), None), Open(3, Decimal(100), Decimal("0.5")),
            Open(2, None, None)]  # fmt: skip

    told = rules.expect(rows, known)

    assert (told.count, told.unpriced, told.amount) == (3, 1, Decimal("1100.0"))
    assert told.expected == Decimal("150.0"), "1000 by .1, and 100 by somebody's own .5"
    assert told.wins == pytest.approx(1.0)
    assert told.low < told.expected < told.high <= told.amount
    assert rules.hit(Decimal(0), Decimal(5)) is None


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({}, ()),
        ({"level": 3}, ("level",)),
        ({"level": None}, ("level",)),
        ({"customer_kind": "organization"}, ("kind",)),
        ({"in_segment": False}, ("segment",)),
    ],
)
def test_a_bundle_is_for_whom_its_conditions_name(
    changed: dict[str, object], lacks: tuple[str, ...]
) -> None:
    usual = {
        "levels": [4, 5], "kind": "person", "classes": [], "in_segment": True, "level": 5,
        "customer_kind": "person", "business_class": "",
    }  # fmt: skip
    assert rules.fits(**(usual | changed)).lacks == lacks  # type: ignore[arg-type]
