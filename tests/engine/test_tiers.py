"""Tiers on one measure."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine import tiers

SCHEME = tiers.Scheme.of({"500": 500, "200": 200, "50": 50, "mass": 0})


def story(values: list[float]) -> list[tuple[str, str]]:
    return [(standing.tier, standing.status) for standing in tiers.follow(values, SCHEME)]


def test_a_good_month_lifts_the_watch() -> None:
    assert story([520, 480, 450, 460, 470, 490, 180, 510]) == [
        ("500", "normal"),
        ("500", "normal"),
        ("500", "normal"),
        ("500", "normal"),
        ("500", "watch"),
        ("500", "watch"),
        ("500", "watch"),
        ("500", "normal"),
    ]


def test_after_the_watch_the_customer_falls_to_the_best_tier_met() -> None:
    assert story([520, 480, 450, 460, 470, 490, 180, 300])[-1] == ("200", "demoted")


def test_up_at_once() -> None:
    assert story([10, 600]) == [("mass", "normal"), ("500", "promoted")]


def test_rising_while_on_watch_for_a_lower_tier_still_counts() -> None:
    assert story([220, 60, 60, 60, 60, 900])[-1] == ("500", "promoted")


def test_a_second_fall_needs_its_own_months() -> None:
    fallen = story([520, 300, 300, 300, 300, 300, 300, 60])
    assert fallen[-1] == ("200", "demoted")
    assert story([520, 300, 300, 300, 300, 300, 300, 60, 60])[-1] == ("200", "normal")


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30))
def test_nobody_ever_stands_below_the_tier_met_this_month(values: list[float]) -> None:
    for value, standing in zip(values, tiers.follow(values, SCHEME), strict=True):
        assert SCHEME.rank(standing.tier) <= SCHEME.rank(tiers.assign(value, SCHEME))


def test_the_cut_itself_belongs_to_the_better_tier() -> None:
    assert [tiers.assign(value, SCHEME) for value in (500, 499.99, 50, -1)] == [
        "500",
        "200",
        "mass" if SCHEME.rank("50") < 0 else "50",
        "mass",
    ]


def test_rows_get_the_same_tier_as_single_values() -> None:
    values = [500.0, 499.99, 200.0, 50.0, 0.0, -10.0]
    table = ibis.memtable({"place": range(6), "value": values})
    found = table.mutate(tier=tiers.assigned(table.value, SCHEME)).order_by("place")

    assert found.to_pyarrow()["tier"].to_pylist() == [
        tiers.assign(value, SCHEME) for value in values
    ]


def test_near_is_the_last_fifth_below_the_next_cut() -> None:
    assert [tiers.is_near(value, SCHEME) for value in (160, 159, 200, 400, 600)] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_a_preview_counts_everybody_once_and_newcomers_from_nowhere() -> None:
    moves = tiers.preview([("500", 600.0), ("500", 60.0), (None, 60.0), ("gone", 5.0)], SCHEME)

    assert [(move.before, move.after, move.customers) for move in moves] == [
        ("500", "500", 1),
        ("500", "50", 1),
        ("", "50", 1),
        ("gone", "mass", 1),
    ]


def test_cuts_that_do_not_fall_are_refused() -> None:
    with pytest.raises(tiers.BadCuts, match="falling"):
        tiers.Scheme.of({"a": 10, "b": 20})
