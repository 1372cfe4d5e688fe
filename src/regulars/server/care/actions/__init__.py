"""Every change of the work: the morning's plan, results, what is put off, what is undone."""

from regulars.server.care.actions.answering import Told
from regulars.server.care.actions.following import follow_customers
from regulars.server.care.actions.helping import (
    LONGEST_HELP,
    NothingToGive,
    NotTheirs,
    WrongHelp,
    give,
    set_capacity,
)
from regulars.server.care.actions.plan import plan
from regulars.server.care.actions.results import (
    AlreadyClosed,
    NothingSaid,
    TooLate,
    promise_on,
    record_contact,
    record_outcome,
    snooze,
    undo,
)
from regulars.server.care.actions.visits import (
    VisitOver,
    WrongVisit,
    cancel_visit,
    check_in,
    keeps_position,
    plan_visit,
)

__all__ = [
    "LONGEST_HELP",
    "AlreadyClosed",
    "NotTheirs",
    "NothingSaid",
    "NothingToGive",
    "Told",
    "TooLate",
    "VisitOver",
    "WrongHelp",
    "WrongVisit",
    "cancel_visit",
    "check_in",
    "follow_customers",
    "give",
    "keeps_position",
    "plan",
    "plan_visit",
    "promise_on",
    "record_contact",
    "record_outcome",
    "set_capacity",
    "snooze",
    "undo",
]
