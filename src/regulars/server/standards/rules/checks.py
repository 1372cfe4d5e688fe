"""What a line, a treatment or the hours may not say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from regulars.base.errors import BadInput, Refused
from regulars.server.standards.rules.lines import Doer, Line, Purpose, Rhythm
from regulars.server.standards.rules.plans import Hours

MOST_DAYS, MOST_MINUTES = 1_100, 600
MOST_LEAD = 60
LONGEST_SHIFT = timedelta(days=366)  # a treatment of one customer, until it is looked at again


class BadLine(BadInput):
    """A line cannot be used."""


class BadHours(BadInput):
    """Hours that nobody can have."""


class BadTerm(Refused):
    """A treatment of one customer must end, and not too late."""


def check_cell(lines: Sequence[Line]) -> None:
    """Refuse lines of one cell that contradict each other or themselves.

    :raises BadLine: says which, and what to write.
    """
    doers = [line.doer for line in lines]
    if len(set(doers)) != len(doers):
        raise BadLine("The same role stands twice. Put it into one line.")
    if len(lines) > 1 and any(line.rhythm == Rhythm.NEVER for line in lines):
        raise BadLine("Either nothing is done here, or something is: leave one of the two.")
    for line in lines:
        _check(line)


def _check(line: Line) -> None:
    if (line.rhythm == Rhythm.DAYS) != (line.days is not None):
        raise BadLine("A rhythm of days needs their number, and no other rhythm has one.")
    if line.days is not None and not 1 <= line.days <= MOST_DAYS:
        raise BadLine(f"{line.days} days are no interval; write 1 to {MOST_DAYS}.")
    if not 0 <= line.minutes <= MOST_MINUTES:
        raise BadLine(f"{line.minutes} minutes are no length; write 0 to {MOST_MINUTES}.")
    if line.by_people and line.rhythm != Rhythm.NEVER and not line.minutes:
        raise BadLine("Say how many minutes one time takes, else the hours cannot be reckoned.")
    if not line.by_people and line.minutes:
        raise BadLine("What goes by itself takes nobody's minutes: write 0.")
    if line.purpose == Purpose.GREETING and line.rhythm != Rhythm.NEVER:
        _check_lead(line)
    if line.purpose == Purpose.COMPLAINT and line.rhythm != Rhythm.NEVER:
        _check_answer(line)


def _check_lead(line: Line) -> None:
    first, last = line.lead_from, line.lead_until
    if first is None or last is None or not 0 <= last <= first <= MOST_LEAD:
        raise BadLine(
            "A birthday is prepared from more days before it until fewer, such as 21 and 14; "
            f"at most {MOST_LEAD}."
        )


def _check_answer(line: Line) -> None:
    if (line.hours is None) == (line.workdays is None):
        raise BadLine("Say within how many hours of work, or within how many working days.")
    if line.doer == Doer.MACHINE:
        raise BadLine("A complaint is answered by a person.")


def check_hours(hours: Hours) -> None:
    """Refuse days of more than 24 hours and shares of more than the whole.

    :raises BadHours: it is so.
    """
    if not 0 < hours.hours_a_day <= 24:
        raise BadHours(f"A day of {hours.hours_a_day:g} hours is none; write 1 to 24.")
    wrong = [role for role, share in hours.share.items() if not 0 <= share <= 1]
    if wrong or hours.remote_people < 0:
        raise BadHours("A share of the time lies between 0 and 100 %.")


def check_term(review_on: date, *, today: date) -> None:
    """Refuse a treatment of one customer that never ends or is over already.

    :raises BadTerm: the day is not after today, or more than a year away.
    """
    if not today < review_on <= today + LONGEST_SHIFT:
        raise BadTerm(
            f"{review_on} is no day to look at it again: choose one after today, within a year."
        )
