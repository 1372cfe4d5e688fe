"""When an answer is due, and what an erasure may not touch. Pure."""

from __future__ import annotations

from datetime import date

from regulars.base.calendar import WorkCalendar

WORKING_DAYS = 15  # unless the company sets another number
SOON = 3  # working days before the due day from which on somebody is reminded


def due(received: date, calendar: WorkCalendar, *, days: int = WORKING_DAYS) -> date:
    """The last day on which an answer is in time."""
    return calendar.add_workdays(received, days)


def late(due_on: date, today: date) -> bool:
    return today > due_on
