"""Days of a campaign: the same one a year later, and the usual phases of the autumn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """A phase with its days."""

    name: str
    name_en: str
    begins_on: date
    ends_on: date


# Sorted by 20 October, planned by the end of it, worked on in November and December.
PHASES = (
    ("分客群、定名单", "Sort the customers", (10, 1), (10, 20)),
    ("定方案、配话术", "Make the plan", (10, 21), (10, 31)),
    ("集中联系客户", "Work through the list", (11, 1), (12, 31)),
)


def template(year: int) -> list[Span]:
    """The three phases of an autumn."""
    return [
        Span(name, name_en, date(year, *begins), date(year, *ends))
        for name, name_en, begins, ends in PHASES
    ]


def a_year_on(day: date) -> date:
    """The same day of the next year; of 29 February the day before March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
