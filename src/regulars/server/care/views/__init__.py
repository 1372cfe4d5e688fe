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
from regulars.server.care.views.contacts import checklist, contact, find, undo_contact
from regulars.server.care.views.own import attempt as own_try
from regulars.server.care.views.own import change as own_change
from regulars.server.care.views.own import new as own_new
from regulars.server.care.views.team import capacity, help_, notes, team, team_rows
from regulars.server.care.views.triggers import from_now, packs, reasons, trigger, triggers
from regulars.server.care.views.triggers import restore as restore_trigger
from regulars.server.care.views.triggers import switch as switch_trigger
from regulars.server.care.views.visits import cancel_visit, check_in, plan_visit

__all__ = [
    "ahead",
    "cancel_visit",
    "capacity",
    "check_in",
    "checklist",
    "contact",
    "find",
    "from_now",
    "help_",
    "notes",
    "outcome",
    "own_change",
    "own_new",
    "own_try",
    "packs",
    "plan_visit",
    "promise",
    "reasons",
    "rest",
    "restore_trigger",
    "snooze",
    "switch_trigger",
    "team",
    "team_rows",
    "today",
    "trigger",
    "triggers",
    "undo",
    "undo_contact",
]
