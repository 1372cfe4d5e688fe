"""How long evidence counts, and which of it says what."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.base.periods import add_months

# Months after which a note says nothing any more, by kind; a loss is a fact and stays.
MONTHS: dict[str, int | None] = {"wealth": 12, "wallet": 12, "offer": 3, "loss": None}
# Notes that mean we may lose the customer, or did; the others speak of potential.
ABOUT_RISK = ("offer", "loss")


def ends_on(kind: str, noted_on: date) -> date | None:
    """Return the first day on which a note of this kind does not count any more."""
    months = MONTHS[kind]
    return None if months is None else add_months(noted_on, months)


def span(period: str, today: date) -> tuple[date, date]:
    """Return first and last day of "90" days or "12" months up to today."""
    if period == "90":
        return today - timedelta(days=89), today
    return add_months(today, -12) + timedelta(days=1), today
