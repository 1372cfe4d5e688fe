"""When somebody answers the phone is said only where enough calls say so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from regulars.server.care import queries
from regulars.server.care.rules import habits
from regulars.server.channels import actions as channels
from regulars.testing.cast import NOON, TESTS, Cast


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ([9, 9, 10, 8, 9, 10, 10, 9, 15, 16], ("morning", 8, 10)),
        ([11, 12, 13, 12, 11, 13, 12, 12], ("noon", 8, 8)),
        ([14, 17, 15, 16, 14, 9, 10, 20], ("afternoon", 5, 8)),
        ([9] * 7, None),  # too few
        ([9, 9, 9, 9, 12, 12, 15, 19], None),  # no part of the day stands out
    ],
)
def test_a_habit_needs_calls_and_a_part_of_the_day(
    hours: list[int], found: tuple[str, int, int] | None
) -> None:
    habit = habits.answers(hours)

    assert (habit and (habit.band, habit.hits, habit.calls)) == found


def called(cast: Cast, at: datetime, *, answered: bool = True) -> None:
    channels.record_touch(
        cast.li,
        channel="call",
        outcome="reached" if answered else "no_answer",
        two_way=answered,
        by=TESTS,
        at=at,
    )


@pytest.mark.django_db
def test_answered_calls_are_read_on_the_companys_clock_and_by_who_may(as_system: Cast) -> None:
    cast = as_system
    for day in range(1, 9):
        called(cast, NOON - timedelta(days=day, hours=3))  # nine in the morning there
        called(cast, NOON - timedelta(days=day) + timedelta(hours=3), answered=False)

    found = queries.answered_calls(cast.mei, cast.li, NOON)

    assert found == habits.Habit("morning", 8, 8)
    assert queries.answered_calls(cast.tao, cast.li, NOON) is None
