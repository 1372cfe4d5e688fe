"""Today with its results, the contact form, visits, the team."""

from regulars.server.care.views.cards import (
    ahead,
    outcome,
    promise,
    rest,
    snooze,
    today,
    undo,
)
from regulars.server.care.views.contacts import checklist, contact, find
from regulars.server.care.views.team import capacity, help_, notes, team, team_rows
from regulars.server.care.views.visits import cancel_visit, check_in, plan_visit

__all__ = [
    "ahead",
    "cancel_visit",
    "capacity",
    "check_in",
    "checklist",
    "contact",
    "find",
    "help_",
    "notes",
    "outcome",
    "plan_visit",
    "promise",
    "rest",
    "snooze",
    "team",
    "team_rows",
    "today",
    "undo",
]
