"""Whether an item is done, due or overdue for one person on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.base.periods import add_months

SOON = 30  # days ahead in which what runs out is due


class State(StrEnum):
    """How a person stands with an item."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Standing:
    """The state, and the day that matters: until when it is valid, or by when it is due."""

    state: State
    on: date | None

    @property
    def owed(self) -> bool:
        return self.state is not State.DONE


def valid_until(done_on: date, months: int | None) -> date | None:
    """The last day on which it counts; None where it counts for good."""
    return add_months(done_on, months) - timedelta(days=1) if months else None


def standing(
    *,
    first_due: date,
    done_on: date | None,
    valid: date | None,
    asked_by: date | None,
    today: date,
) -> Standing:
    """How a person stands.

    Parameters
    ----------
    first_due
        By when somebody who never did it must have.
    done_on, valid
        When it was done last, and its last valid day (None: for good).
    asked_by
        By when a supervisor asked for it since; what is asked is due whatever is valid.
    """
    if asked_by is not None:
        return _owed(asked_by, today)
    if done_on is None:
        return _owed(first_due, today)
    if valid is None or valid > today + timedelta(days=SOON):
        return Standing(State.DONE, valid)
    return _owed(valid, today)


def _owed(due: date, today: date) -> Standing:
    return Standing(State.OVERDUE if due < today else State.DUE, due)
