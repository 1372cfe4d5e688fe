"""Birthdays over forty years: one greeting for everybody in every year, whatever the calendar.

The second opinion is lunar-python, which computes the Chinese calendar by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import Lunar, LunarMonth, Solar

from regulars.base.calendar import (
    LunarBirthday,
    MissingDays,
    lunar,
    next_birthday,
    solar_in_year,
    solar_of_lunar,
)
from regulars.server.care.queries.morning import birthday_keys

FIRST, LAST = 2020, 2060
AFTER = MissingDays(leap_day="after", thirtieth="after")


def days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def golden(year: int, month: int, day: int) -> date:
    """When a lunar birthday is kept in a lunar year, by the other library."""
    kept = min(day, LunarMonth.fromYm(year, month).getDayCount())
    found = Lunar.fromYmd(year, month, kept).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


def test_both_libraries_read_the_same_lunar_day_over_a_few_years() -> None:
    for day in days(date(2024, 1, 1), date(2029, 12, 31)):
        other = Solar.fromYmd(day.year, day.month, day.day).getLunar()
        assert lunar(day) == (abs(other.getMonth()), other.getDay(), other.getMonth() < 0), day


@pytest.mark.parametrize(
    ("year", "missing", "kept"),
    [
        (2027, MissingDays(), date(2027, 2, 28)),
        (2027, AFTER, date(2027, 3, 1)),
        (2028, MissingDays(), date(2028, 2, 29)),
        (2028, AFTER, date(2028, 2, 29)),
    ],
)
def test_29_february_is_kept_on_the_day_before_or_after(
    year: int, missing: MissingDays, kept: date
) -> None:
    assert solar_in_year(2, 29, year, missing) == kept


def test_day_30_of_a_short_month_is_kept_on_its_last_day_or_on_the_next() -> None:
    # The twelfth month of 2026 has 29 days; that of 2029 has 30.
    assert solar_of_lunar(2026, 12, 30) == solar_of_lunar(2026, 12, 29)
    assert solar_of_lunar(2026, 12, 30, AFTER) == solar_of_lunar(2027, 1, 1)
    assert solar_of_lunar(2029, 12, 30) == solar_of_lunar(2029, 12, 29) + timedelta(days=1)


def test_who_was_born_in_a_leap_month_is_greeted_once_in_the_ordinary_one() -> None:
    # 2025 has a sixth month and a leap sixth month.
    assert lunar(date(2025, 8, 1)) == (6, 8, True)
    kept = [
        day
        for day in days(date(2025, 1, 1), date(2025, 12, 31))
        if next_birthday(day, born=None, lunar_birthday=LunarBirthday(6, 8)) == day
    ]
    assert kept == [date(2025, 7, 2)]


@given(
    today=st.dates(date(FIRST, 1, 1), date(LAST, 12, 31)),
    month=st.integers(1, 12),
    day=st.integers(1, 30),
    missing=st.sampled_from([MissingDays(), AFTER]),
)
def test_the_next_birthday_is_never_further_than_a_year_and_a_leap_month(
    today: date, month: int, day: int, missing: MissingDays
) -> None:
    kept = LunarBirthday(month, day)
    found = next_birthday(today, born=None, lunar_birthday=kept, missing=missing)

    assert found is not None
    assert today <= found <= today + timedelta(days=385)


@pytest.mark.drill
def test_everybody_has_one_greeting_in_every_year() -> None:
    """Promise 27: every date of birth 1920-2020, every year 2020-2060."""
    born = list(days(date(1920, 1, 1), date(2020, 12, 31)))
    wrong = sum(
        lunar(day) != (abs(o.getMonth()), o.getDay(), o.getMonth() < 0)
        for day in born
        for o in [Solar.fromYmd(day.year, day.month, day.day).getLunar()]
    )
    greeted: dict[str, list[date]] = {}
    for day in days(date(FIRST, 1, 1), date(LAST + 1, 2, 28)):
        for key, when in birthday_keys(day, 0).items():
            assert when == day
            greeted.setdefault(key, []).append(day)
    missed = doubled = 0
    for one in born:
        found = Counter(d.year for d in greeted[f"S{one.month}-{one.day}"])
        for year in range(FIRST, LAST + 1):
            missed, doubled = missed + (found[year] < 1), doubled + (found[year] > 1)
    other = 0
    keys = Counter(lunar(one)[:2] for one in born)
    for (month, day), people in keys.items():
        found = Counter(greeted[f"L{month}-{day}"])
        for year in range(FIRST, LAST + 1):
            when = golden(year, month, day)
            if when < date(FIRST, 1, 1):
                continue
            missed += people * (found[when] < 1)
            doubled += people * (found[when] > 1)
        expected = sum(
            date(FIRST, 1, 1) <= golden(year, month, day) <= date(LAST + 1, 2, 28)
            for year in range(FIRST - 1, LAST + 2)
        )
        other += people * abs(sum(found.values()) - expected)
    years = LAST - FIRST + 1
    print(  # noqa: T201
        f"\n{len(born):,} dates of birth x {years} years, by the sun and by the moon: "
        f"{missed} missed, {doubled} doubled, {other} on other days; "
        f"{wrong} lunar days read otherwise"
    )
    assert (missed, doubled, other, wrong) == (0, 0, 0, 0)
