"""Reads of the work: the morning's candidates, Today, the team, the calendar."""

from regulars.server.care.queries.ahead import ahead
from regulars.server.care.queries.day import (
    books_of,
    card,
    card_view,
    done_view,
    open_count,
    open_tasks,
    rest,
    today,
)
from regulars.server.care.queries.team import coverage_rows, team

__all__ = [
    "ahead",
    "books_of",
    "card",
    "card_view",
    "coverage_rows",
    "done_view",
    "open_count",
    "open_tasks",
    "rest",
    "team",
    "today",
]
