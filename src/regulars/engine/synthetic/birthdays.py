"""Solar dates of birth and the lunar birthdays that some people keep."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from borax.calendars.lunardate import LunarDate

from regulars.engine.synthetic.columns import Bools, Ints, Words, day_number

_EPOCH = date(1970, 1, 1)


def lunar_birthdays(born: Ints, keeps: Bools) -> Words:
    """Return "month-day" of the lunar calendar for those who keep it, else None.

    A birth in a leap month is kept in the ordinary month of that number.
    """
    found = np.full(len(born), None, dtype=object)
    unique, place = np.unique(born[keeps], return_inverse=True)
    names = np.array([_lunar(int(day)) for day in unique], dtype=object)
    found[keeps] = names[place] if len(unique) else []
    return found


def born_on(until: date, *, ahead: int, year: int) -> int:
    """Return the day of birth in `year` of who has a birthday `ahead` days after `until`.

    A negative `ahead` means a lunar birthday so many days ahead.
    """
    day = until + timedelta(days=abs(ahead))
    if ahead < 0:
        return _born_lunar(day, year)
    if (day.month, day.day) == (2, 29):
        day += timedelta(days=1)
    return day_number(day.replace(year=year))


def _born_lunar(day: date, year: int) -> int:
    moon = LunarDate.from_solar_date(day.year, day.month, day.day)
    # Day 30 does not exist in every year; 29 always does and is one day earlier.
    return day_number(LunarDate(year, moon.month, min(moon.day, 29)).to_solar_date())


def _lunar(day: int) -> str:
    solar = _EPOCH + timedelta(days=day)
    moon = LunarDate.from_solar_date(solar.year, solar.month, solar.day)
    return f"{moon.month}-{moon.day}"
