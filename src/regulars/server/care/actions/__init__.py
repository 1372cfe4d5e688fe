"""Every change of the work: the morning's plan, results, what is put off, what is undone."""

from regulars.server.care.actions.above import Ties, tie
from regulars.server.care.actions.answering import Told
from regulars.server.care.actions.following import follow_customers
from regulars.server.care.actions.hearing import HEAR, hear
from regulars.server.care.actions.helping import (
    LONGEST_HELP,
    NothingToGive,
    NotTheirs,
    WrongHelp,
    give,
    set_capacity,
)
from regulars.server.care.actions.holding import bring_marketing_back, put_marketing_by
from regulars.server.care.actions.own import (
    NotYours,
    WrongWords,
    change_trigger,
    make_trigger,
    switch_trigger,
)
from regulars.server.care.actions.plan import plan
from regulars.server.care.actions.results import (
    AlreadyClosed,
    NothingSaid,
    promise_on,
    record_contact,
    record_outcome,
    snooze,
)
from regulars.server.care.actions.settling import look_again, look_again_at_all
from regulars.server.care.actions.tuning import (
    BeyondBounds,
    choose_packs,
    only_from_now,
    restore,
    switch,
    tune,
)
from regulars.server.care.actions.undoing import TooLate, undo, undo_contact
from regulars.server.care.actions.visits import (
    VisitOver,
    WrongVisit,
    cancel_visit,
    check_in,
    keeps_position,
    plan_visit,
)

__all__ = [
    "HEAR",
    "LONGEST_HELP",
    "AlreadyClosed",
    "BeyondBounds",
    "NotTheirs",
    "NotYours",
    "NothingSaid",
    "NothingToGive",
    "Ties",
    "Told",
    "TooLate",
    "VisitOver",
    "WrongHelp",
    "WrongVisit",
    "WrongWords",
    "bring_marketing_back",
    "cancel_visit",
    "change_trigger",
    "check_in",
    "choose_packs",
    "follow_customers",
    "give",
    "hear",
    "keeps_position",
    "look_again",
    "look_again_at_all",
    "make_trigger",
    "only_from_now",
    "plan",
    "plan_visit",
    "promise_on",
    "put_marketing_by",
    "record_contact",
    "record_outcome",
    "restore",
    "set_capacity",
    "snooze",
    "switch",
    "switch_trigger",
    "tie",
    "tune",
    "undo",
    "undo_contact",
]
