"""The clocks of a case: which comes when, and what a wait does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regulars.base.calendar import WorkCalendar
from regulars.base.workhours import WorkHours
from regulars.server.complaints.rules import Clock, Policy, Step, next_clock
from regulars.testing.cast import NOON

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCK = Clock(Policy(), WorkHours(WorkCalendar(exceptions={}), SHANGHAI))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 2 * 365 * 86_400).map(lambda n: BEGIN + timedelta(seconds=n))
LEVELS = st.sampled_from([5, 4, 3, 2, 1, 0])
WAITS = st.timedeltas(timedelta(minutes=1), timedelta(days=30))


def local(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def test_of_a_top_customer_it_is_acknowledged_in_two_hours_and_answered_the_next_day() -> None:
    due = CLOCK.due(NOON, level=5, is_complex=False)

    assert local(due.acknowledge) == "11-23 14:00"
    assert local(due.answer) == "11-24 11:30"  # 5.5 hours of today, 2.5 of tomorrow


def test_the_service_standard_says_how_soon_it_is_acknowledged() -> None:
    due = CLOCK.due(NOON, level=2, is_complex=False, workdays=1)

    assert local(due.acknowledge) == "11-24 17:30"


def test_simple_ones_have_fifteen_days_and_complex_ones_thirty_ending_at_work() -> None:
    simple, hard = (CLOCK.resolve_by(NOON, is_complex=it) for it in (False, True))

    assert local(simple) == "12-08 17:30"
    assert local(hard) == "12-23 17:30"
    friday = NOON - timedelta(days=3)  # the fifteenth day is a Saturday
    assert local(CLOCK.resolve_by(friday, is_complex=False)) == "12-04 17:30"


def test_more_time_is_counted_on_from_the_time_there_was() -> None:
    due = CLOCK.resolve_by(NOON, is_complex=True)

    assert local(CLOCK.extended(due, 30)) == "01-22 17:30"


def test_what_comes_in_at_night_begins_in_the_morning() -> None:
    night = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    assert local(CLOCK.due(night, level=5, is_complex=False).acknowledge) == "11-24 11:00"


def test_a_wait_of_two_working_hours_moves_the_answer_by_two_working_hours() -> None:
    due = CLOCK.due(NOON, level=5, is_complex=False)

    after = CLOCK.resumed(due, since=NOON, at=NOON + timedelta(hours=2))

    assert local(after.answer) == "11-24 13:30"
    assert after.acknowledge == due.acknowledge


def test_a_wait_mends_nothing_that_was_late_before() -> None:
    due = CLOCK.due(NOON, level=5, is_complex=False)
    late = due.answer + timedelta(hours=1)

    after = CLOCK.resumed(due, since=late, at=late + timedelta(days=3))

    assert after.answer == due.answer


@given(MOMENTS, LEVELS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_clocks_end_in_their_order_in_working_hours_and_never_at_once(
    at: datetime, level: int, is_complex: bool
) -> None:
    due = CLOCK.due(at, level=level, is_complex=is_complex)

    assert at < due.acknowledge <= due.answer <= due.resolve
    assert all(CLOCK.work.is_open(one) for one in (due.acknowledge, due.answer, due.resolve))


@given(MOMENTS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_better_tier_never_waits_longer(at: datetime, is_complex: bool) -> None:
    found = [CLOCK.due(at, level=level, is_complex=is_complex) for level in (5, 4, 3, 2, 1)]

    assert [one.acknowledge for one in found] == sorted(one.acknowledge for one in found)
    assert [one.answer for one in found] == sorted(one.answer for one in found)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=10)), WAITS)
@settings(max_examples=200, deadline=None)
def test_what_was_left_when_a_wait_began_is_left_when_it_ends(
    at: datetime, before: timedelta, wait: timedelta
) -> None:
    due = CLOCK.due(at, level=3, is_complex=True)
    since = at + before
    assume(since < due.answer)

    after = CLOCK.resumed(due, since=since, at=since + wait)

    assert CLOCK.left(after.answer, since + wait) == CLOCK.left(due.answer, since)
    assert CLOCK.left(after.resolve, since + wait) == CLOCK.left(due.resolve, since)


@given(MOMENTS, st.lists(WAITS, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_however_often_it_waits_no_clock_goes_back(
    at: datetime, waits: list[timedelta]
) -> None:
    due, now = CLOCK.due(at, level=4, is_complex=False), at
    for wait in waits:
        after = CLOCK.resumed(due, since=now, at=now + wait)
        assert after.answer >= due.answer
        assert after.resolve >= due.resolve
        due, now = after, now + wait


@given(MOMENTS, st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_more_time_is_never_less_time(at: datetime, days: int) -> None:
    due = CLOCK.resolve_by(at, is_complex=True)

    longer = CLOCK.extended(due, days)

    assert due <= longer <= due + timedelta(days=days)


@pytest.mark.parametrize(
    ("acknowledged", "answered", "step"),
    [(False, False, Step.ACKNOWLEDGE), (True, False, Step.ANSWER), (True, True, Step.RESOLVE)],
)
def test_one_clock_counts_at_a_time(acknowledged: bool, answered: bool, step: Step) -> None:
    assert next_clock(acknowledged=acknowledged, answered=answered) is step


def test_the_settings_come_back_as_they_were_kept() -> None:
    policy = Policy(answer={5: 4, 4: 8, 3: 16, 2: 24, 1: 24}, simple=10, rise=2)

    assert Policy.of({"complaints": policy.kept()}) == policy
    assert Policy.of({}) == Policy()
