"""Birthdays and ages: by the sun, by the moon, and on 29 February."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from regulars.base.calendar import USUAL, MissingDays, lunar_in_year, solar_in_year
from regulars.base.periods import add_months
from regulars.server.segments.rules.sql.literals import FALSE, quote, quote_day
from regulars.server.segments.rules.tree import Condition


def has_birthday(asked: Condition, today: date, missing: MissingDays = USUAL) -> str:
    """Who was born by the moon has his birthday by the moon."""
    if asked.op in ("known", "unknown"):
        known = "(birth_md is not null or lunar_birthday <> '')"
        return known if asked.op == "known" else f"not coalesce({known}, false)"
    spans = birthday_spans(asked, today)
    days = [day for span in spans for day in _days(*span)]
    solar = sorted({day.month * 100 + day.day for day in days} | _leapers(days, missing))
    lunar = sorted(_lunar_on(set(days), missing))
    kept = f"lunar_birthday in ({', '.join(map(quote, lunar))})" if lunar else FALSE
    plain = f"birth_md in ({', '.join(map(str, solar))})"
    return f"(case when coalesce(lunar_birthday, '') <> '' then {kept} else {plain} end)"


def of_age(asked: Condition, column: str, today: date) -> str:
    born = [_years_back(today, int(value)) for value in asked.values]
    if asked.op == "ge":
        return f"{column} <= {quote_day(born[0])}"
    if asked.op == "lt":
        return f"{column} > {quote_day(born[0])}"
    over = _years_back(today, int(asked.values[1]) + 1)
    return f"{column} <= {quote_day(born[0])} and {column} > {quote_day(over)}"


def birthday_spans(asked: Condition, today: date) -> list[tuple[date, date]]:
    """The half-open spans in which a birthday must fall."""
    if asked.op == "ahead":
        return [(today, today + timedelta(days=int(asked.values[0])))]
    if asked.op == "in_month":
        year = today.year
        return [_month(date(year, int(month), 1)) for month in asked.values]
    first = today.replace(day=1)
    return [_month(first if asked.op == "this_month" else add_months(first, 1))]


def _month(first: date) -> tuple[date, date]:
    return first, add_months(first, 1)


def _days(start: date, stop: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((stop - start).days)]


def _leapers(days: Iterable[date], missing: MissingDays) -> set[int]:
    """Who was born on 29 February, where a day of a common year stands for it."""
    kept = {solar_in_year(2, 29, day.year, missing) for day in days}
    return {229} if any(day in kept for day in days if not calendar.isleap(day.year)) else set()


def _lunar_on(days: set[date], missing: MissingDays) -> set[str]:
    years = {day.year for day in days}
    return {
        f"{month}-{day}"
        for month in range(1, 13)
        for day in range(1, 31)
        if any(
            when in days for year in years for when in lunar_in_year(month, day, year, missing)
        )
    }


def _years_back(today: date, years: int) -> date:
    """The latest day on which somebody who is that old today can have been born."""
    year = max(today.year - years, 1)
    if (today.month, today.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return today.replace(year=year)
