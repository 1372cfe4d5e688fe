"""Today with its results, the contact form, the team."""

from regulars.server.care.views.cards import (
    ahead,
    contact,
    find,
    outcome,
    rest,
    snooze,
    today,
    undo,
)
from regulars.server.care.views.team import capacity, help_, team, team_rows

__all__ = [
    "ahead",
    "capacity",
    "contact",
    "find",
    "help_",
    "outcome",
    "rest",
    "snooze",
    "team",
    "team_rows",
    "today",
    "undo",
]
