"""The clock of working hours against a clock that counts minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.base.calendar import WorkCalendar
from regulars.base.workhours import NeverOpen, WorkHours, WrongHours, spans

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")  # clocks change on 29 March and 25 October 2026
MINUTE = timedelta(minutes=1)
BREAK = ((time(9), time(12)), (time(13, 30), time(17, 30)))
# Golden week: 1 to 7 October are free, Saturday the 10th is worked.
GOLDEN = WorkCalendar(
    {**{date(2026, 10, n): False for n in range(1, 8)}, date(2026, 10, 10): True}
)


def worked(work: WorkHours, minute: datetime) -> bool:
    """Whether the minute that begins then is worked, by the clock on the wall."""
    wall = minute.astimezone(work.zone)
    in_span = any(a <= wall.time() < b for a, b in work.spans)
    return in_span and work.calendar.is_workday(wall.date())


def twin_add(work: WorkHours, at: datetime, minutes: int) -> datetime:
    """Step on minute by minute until enough of them were worked."""
    left, now = minutes, at
    while left or not worked(work, now):
        left -= worked(work, now)
        now += MINUTE
        if not left and minutes:
            return now
    return now


def twin_between(work: WorkHours, start: datetime, stop: datetime) -> int:
    count, now = 0, start
    while now < stop:
        count += worked(work, now)
        now += MINUTE
    return count


hours = st.sampled_from(
    [
        ((time(9), time(17, 30)),),
        BREAK,
        ((time(5), time(23, 59)),),
        ((time(8, 15), time(8, 45)), (time(20), time(20, 7))),
    ]
)
exceptions = st.dictionaries(
    st.dates(date(2026, 3, 20), date(2026, 4, 20))
    | st.dates(date(2026, 10, 18), date(2026, 11, 20)),
    st.booleans(),
    max_size=12,
)
moments = st.sampled_from(
    [datetime(2026, 3, 24, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)]
)
works = st.builds(
    WorkHours,
    exceptions.map(WorkCalendar),
    st.sampled_from([SHANGHAI, BERLIN]),
    hours,
)


@given(works, moments, st.integers(0, 9 * 24 * 60), st.integers(0, 900))
@settings(max_examples=60, deadline=None)
def test_working_time_is_added_as_by_counting_minutes(
    work: WorkHours, day: datetime, offset: int, minutes: int
) -> None:
    at = day + offset * MINUTE

    assert work.add(at, minutes * MINUTE) == twin_add(work, at, minutes)


@given(works, moments, st.integers(0, 9 * 24 * 60), st.integers(0, 8 * 24 * 60))
@settings(max_examples=40, deadline=None)
def test_working_time_between_two_moments_is_that_of_its_minutes(
    work: WorkHours, day: datetime, offset: int, length: int
) -> None:
    start = day + offset * MINUTE
    stop = start + length * MINUTE

    assert work.between(start, stop) == twin_between(work, start, stop) * MINUTE
    assert work.between(stop, start) == -work.between(start, stop)


@given(works, moments, st.integers(0, 9 * 24 * 60), st.integers(1, 900))
@settings(max_examples=40, deadline=None)
def test_what_was_added_lies_between(
    work: WorkHours, day: datetime, offset: int, minutes: int
) -> None:
    at = day + offset * MINUTE

    assert work.between(at, work.add(at, minutes * MINUTE)) == minutes * MINUTE


def shanghai(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        (shanghai(11, 23, 10), 2, shanghai(11, 23, 12)),  # ends with the span, not after it
        (shanghai(11, 23, 10), 3, shanghai(11, 23, 14, 30)),  # over the break
        (shanghai(11, 23, 5), 3, shanghai(11, 23, 12)),  # before the day begins
        (shanghai(11, 27, 16, 30), 2, shanghai(11, 30, 10)),  # over the weekend
        (shanghai(9, 30, 17), 1, shanghai(10, 8, 9, 30)),  # over the golden week
        (shanghai(10, 9, 17, 30), 1, shanghai(10, 10, 10)),  # a Saturday that is worked
    ],
)
def test_hours_pass_over_breaks_nights_and_holidays(
    at: datetime, hours: int, due: datetime
) -> None:
    work = WorkHours(GOLDEN, SHANGHAI, BREAK)

    assert work.add(at, timedelta(hours=hours)) == due


def test_a_working_day_ends_with_its_last_span_and_a_free_one_with_the_next() -> None:
    work = WorkHours(GOLDEN, SHANGHAI, BREAK)

    assert work.day_ends(shanghai(11, 23, 11)) == shanghai(11, 23, 17, 30)
    assert work.day_ends(shanghai(11, 21, 11)) == shanghai(11, 23, 17, 30)
    assert work.after_days(shanghai(9, 30, 11), 1) == shanghai(10, 8, 17, 30)


def test_where_nobody_ever_works_the_clock_says_so() -> None:
    never = WorkCalendar({date(2026, 11, 1) + timedelta(n): False for n in range(500)})

    with pytest.raises(NeverOpen):
        WorkHours(never, SHANGHAI).add(shanghai(11, 23, 10), timedelta(hours=1))


@pytest.mark.parametrize(
    "given", [[["17:00", "09:00"]], [["09:00", "12:00"], ["11:00", "13:00"]], [["nine", "x"]]]
)
def test_hours_that_end_before_they_begin_are_refused(given: list[list[str]]) -> None:
    with pytest.raises(WrongHours):
        spans(given)


def test_without_hours_told_a_day_is_the_usual_one() -> None:
    assert spans(None) == ((time(9), time(17, 30)),)
    assert spans([["08:00", "12:00"], ["14:00", "18:00"]])[1] == (time(14), time(18))
