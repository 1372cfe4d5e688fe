"""Working days, lunar dates, birthdays, festivals. Dates in, dates out; no clock.

What a year lacks is kept beside it, by a stated rule (`MissingDays`): day 30 of a lunar month
with 29 days on its last day, 29 February on the 28th in common years; a company may choose
the day after instead. A birthday in a leap month is kept in the ordinary month of that
number, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays
from borax.calendars.lunardate import LunarDate, TermUtils

LUNAR_FROM, LUNAR_TO = 1901, 2099


@dataclass(frozen=True)
class WorkCalendar:
    """Monday to Friday, except the days in `exceptions` (day -> worked?)."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day that lies `count` working days after `day`.

        Zero gives `day` itself, or the next working day where it is free.
        """
        while not self.is_workday(day):
            day += timedelta(days=1)
        for _ in range(count):
            day += timedelta(days=1)
            while not self.is_workday(day):
                day += timedelta(days=1)
        return day

    def workdays_between(self, start: date, stop: date) -> int:
        """Count the working days in `[start, stop)`."""
        days = (stop - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(max(days, 0)))

    def knows(self, year: int) -> bool:
        """Tell whether adjusted days of that year were loaded."""
        return any(day.year == year for day in self.exceptions)


@dataclass(frozen=True)
class LunarBirthday:
    """Month 1-12 and day 1-30 of the Chinese calendar."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> LunarBirthday:
        """Read "8-15".

        :raises ValueError: it is no lunar month and day.
        """
        month, _, day = text.partition("-")
        birthday = cls(int(month), int(day))
        if not (1 <= birthday.month <= 12 and 1 <= birthday.day <= 30):
            raise ValueError(f"{text!r} is no lunar month and day; write 8-15.")
        return birthday

    def __str__(self) -> str:
        return f"{self.month}-{self.day}"


def chinese_holidays(years: list[int]) -> dict[date, tuple[bool, str, str]]:
    """Public holidays and make-up working days of the PRC: day -> (worked?, zh, en).

    Years for which no make-up days are published yet hold the holidays only.
    """
    zh = holidays.country_holidays("CN", years=years, language="zh_CN")
    en = holidays.country_holidays("CN", years=years, language="en_US")
    days = {day: (False, name, en.get(day) or "") for day, name in zh.items()}
    for day in getattr(zh, "weekend_workdays", ()):
        if day.year in years and day not in days:
            days[day] = (True, "调休上班", "Make-up working day")
    return days


@dataclass(frozen=True)
class MissingDays:
    """What is kept where a year has no such day: the day "before" or the day "after".

    Attributes
    ----------
    leap_day
        For 29 February: the 28th, or 1 March.
    thirtieth
        For day 30 of a lunar month of 29 days: day 29, or day 1 of the next month.
    """

    leap_day: str = "before"
    thirtieth: str = "before"


USUAL = MissingDays()


@lru_cache(maxsize=20_000)
def lunar(day: date) -> tuple[int, int, bool]:
    """Return the lunar month, day and whether the month is a leap month."""
    found = LunarDate.from_solar(day)
    return found.month, found.day, bool(found.leap)


@lru_cache(maxsize=5_000)
def lunar_text(day: date) -> str:
    """The lunar day as a calendar prints it: 十月十五."""
    found = LunarDate.from_solar(day)
    return f"{found.cn_month}月{found.cn_day}"


@lru_cache(maxsize=20_000)
def solar_of_lunar(year: int, month: int, day: int, missing: MissingDays = USUAL) -> date:
    """Return when lunar month and day fall in lunar year `year` (ordinary month)."""
    try:
        return _solar(year, month, day)
    except ValueError:
        if day != 30:
            raise
        last = _solar(year, month, 29)
        return last if missing.thirtieth == "before" else last + timedelta(days=1)


def _solar(year: int, month: int, day: int) -> date:
    found: date = LunarDate(year, month, day).to_solar_date()
    return found


def lunar_in_year(month: int, day: int, year: int, missing: MissingDays = USUAL) -> list[date]:
    """The solar dates within a solar year; the twelfth month may fall twice or never."""
    found = (solar_of_lunar(one, month, day, missing) for one in (year - 1, year))
    return [when for when in found if when.year == year]


def solar_in_year(month: int, day: int, year: int, missing: MissingDays = USUAL) -> date:
    """A solar birthday in a year; 29 February moves in common years."""
    try:
        return date(year, month, day)
    except ValueError:
        last = date(year, month, day - 1)
        return last if missing.leap_day == "before" else last + timedelta(days=1)


def next_birthday(
    today: date,
    *,
    born: date | None,
    lunar_birthday: LunarBirthday | None = None,
    missing: MissingDays = USUAL,
) -> date | None:
    """Return the next birthday on or after `today`; the lunar one where it is kept."""
    if lunar_birthday is not None:
        month, day = lunar_birthday.month, lunar_birthday.day
        years = (today.year, today.year + 1)
        kept = [when for year in years for when in lunar_in_year(month, day, year, missing)]
        return next((when for when in sorted(kept) if when >= today), None)
    if born is None:
        return None
    this_year = solar_in_year(born.month, born.day, today.year, missing)
    if this_year >= today:
        return this_year
    return solar_in_year(born.month, born.day, today.year + 1, missing)


def solar_term(name: str, year: int) -> date:
    """The day of a solar term within a year: "清明", "冬至".

    :raises ValueError: there is no such term.
    """
    found: date = TermUtils.nth_term_day(year, term_name=name)
    return found


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth weekday (Monday is 0) of a month; -1 is the last one."""
    if nth < 0:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


# (Chinese, English, lunar?, month, day); the day before lunar new year is computed.
FESTIVALS = (
    ("元旦", "New Year", False, 1, 1),
    ("春节", "Spring Festival", True, 1, 1),
    ("元宵节", "Lantern Festival", True, 1, 15),
    ("妇女节", "Women's Day", False, 3, 8),
    ("劳动节", "Labour Day", False, 5, 1),
    ("端午节", "Dragon Boat Festival", True, 5, 5),
    ("七夕", "Qixi", True, 7, 7),
    ("中元节", "Ghost Festival", True, 7, 15),
    ("中秋节", "Mid-Autumn Festival", True, 8, 15),
    ("重阳节", "Double Ninth Festival", True, 9, 9),
    ("国庆节", "National Day", False, 10, 1),
    ("下元节", "Xiayuan Festival", True, 10, 15),
    ("腊八节", "Laba Festival", True, 12, 8),
)


def festivals_between(start: date, stop: date) -> list[tuple[date, str, str]]:
    """Festivals in `[start, stop)`: day, Chinese name, English name; oldest first."""
    found: list[tuple[date, str, str]] = []
    for year in range(start.year, stop.year + 1):
        for zh, en, is_lunar, month, day in FESTIVALS:
            days = lunar_in_year(month, day, year) if is_lunar else [date(year, month, day)]
            found += [(when, zh, en) for when in days if start <= when < stop]
    return sorted(found)
