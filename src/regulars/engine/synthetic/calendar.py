"""Days with a meaning inside a window, as days since 1970."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from borax.calendars.lunardate import LunarDate

from regulars.engine.synthetic.columns import Ints, day_number

_EPOCH = date(1970, 1, 1)


def month_starts(first: int, last: int) -> Ints:
    """Return the first day of each month that begins in the window."""
    days = np.arange(first, last + 1).astype("datetime64[D]")
    starts = days[days.astype("datetime64[M]").astype("datetime64[D]") == days]
    numbers: Ints = starts.astype(np.int64)
    return numbers


def month_of(days: Ints) -> Ints:
    """Return the month, 1 to 12, of each day."""
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    month: Ints = months % 12 + 1
    return month


def harvests(first: int, last: int) -> Ints:
    """Return the days on which farmers sell: wheat in June, rice and crabs in autumn."""
    days = np.arange(first, last + 1)
    stamps = days.astype("datetime64[D]")
    year_start = stamps.astype("datetime64[Y]").astype("datetime64[D]")
    of_year = (stamps - year_start).astype(np.int64)
    season = ((of_year >= 160) & (of_year < 182)) | ((of_year >= 283) & (of_year < 325))
    found: Ints = days[season] if season.any() else days
    return found


def spring_festivals(first: int, last: int) -> Ints:
    """Return the days of the Spring Festival in the window."""
    years = range(
        *((_EPOCH + timedelta(days=day)).year + n for day, n in ((first, 0), (last, 1)))
    )
    feasts = [day_number(LunarDate(year, 1, 1).to_solar_date()) for year in years]
    return np.array([day for day in feasts if first <= day <= last], dtype=np.int64)


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; 28 February stands for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
