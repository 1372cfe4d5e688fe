"""Who is proposed first, how many, and what a plan is short of."""

from __future__ import annotations

import pytest

from regulars.server.salons.rules import Candidate, Lack, in_order, lacks, needed, rate_of
from regulars.server.salons.rules.sheet import Part


def test_the_list_is_long_enough_for_those_who_stay_away_and_those_left_out() -> None:
    assert needed(30, 0.25, 0.10) == 134, "30 / (0.25 x 0.9), rounded up"
    assert needed(10, 1.0, 0.0) == 10


def test_the_rate_is_what_was_set_then_what_was_then_the_usual() -> None:
    assert rate_of(200, 60, 0.5).share == 0.5
    assert (rate_of(200, 60, None).share, rate_of(200, 60, None).is_known) == (0.3, True)
    assert (rate_of(20, 9, None).share, rate_of(20, 9, None).is_known) == (0.25, False)


def test_a_list_cut_anywhere_takes_the_same_share_of_every_manager() -> None:
    rich = [Candidate(n, 1, 1_000_000.0 + n) for n in range(20)]
    poor = [Candidate(100 + n, 2, 1_000.0 + n) for n in range(10)]

    first = in_order([*poor, *rich])[:15]

    assert sum(each.keeper == 1 for each in first) == 10
    assert sum(each.keeper == 2 for each in first) == 5
    best = [each.customer for each in first if each.keeper == 1]
    assert best == list(range(19, 9, -1)), "of one manager the most valuable come first"


def test_who_came_before_goes_ahead_of_who_stayed_away() -> None:
    near = [
        Candidate(1, 1, 103.0, missed=1),
        Candidate(2, 1, 102.0),
        Candidate(3, 1, 101.0, came=1),
        *(Candidate(10 + n, 1, 100.0 - n) for n in range(30)),
    ]

    assert [each.customer for each in in_order(near)[:3]] == [3, 2, 10]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], Lack.SHEET),
        ([Part(30, takes_part=False)], Lack.TAKING_PART),
        ([Part(150, takes_part=True)], Lack.TOO_LONG),
    ],
)
def test_a_sheet_in_which_guests_only_listen_is_pointed_out(
    parts: list[Part], expected: Lack
) -> None:
    found = lacks(
        audience="x", place="room", listed=3, message="m", parts=parts, minutes=120,
        budgeted=True,
    )  # fmt: skip

    assert found == [expected]


def test_a_plan_with_everything_lacks_nothing() -> None:
    told = {"audience": "x", "place": "room", "message": "m", "minutes": 60, "budgeted": True}
    parts = [Part(30, takes_part=True), Part(30, takes_part=False)]

    assert lacks(listed=1, parts=parts, **told) == []  # type: ignore[arg-type]
    assert lacks(listed=0, parts=parts, **told) == [Lack.LIST]  # type: ignore[arg-type]
