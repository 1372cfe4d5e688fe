"""Every change of complaints: taken in, handled, answered, closed, called back."""

from regulars.server.complaints.actions.answering import NotComplete, answer
from regulars.server.complaints.actions.bringing import Brought, bring
from regulars.server.complaints.actions.calling import call_back, calls_made, calls_undone
from regulars.server.complaints.actions.closing import NotAnswered, close, reopen
from regulars.server.complaints.actions.erasing import BLANK, blank_story, drop_closed
from regulars.server.complaints.actions.handling import (
    acknowledge,
    acknowledged_by,
    change,
    go_on,
    hand_to,
    leave,
    note,
    unacknowledged,
    wait,
)
from regulars.server.complaints.actions.held import ClosedAlready, Involved, NotClosed
from regulars.server.complaints.actions.lists import (
    CodeTaken,
    bring_lists,
    keep_entry,
    set_policy,
)
from regulars.server.complaints.actions.more_time import AskedBefore, ask, decide
from regulars.server.complaints.actions.opening import (
    AlreadyLinked,
    ReferenceTaken,
    link,
    open_case,
)
from regulars.server.complaints.actions.papers import attach, hand_out, shred_papers
from regulars.server.complaints.actions.rising import resume, rise, rise_after
from regulars.server.complaints.actions.taking_up import TAKE_UP, take_up
from regulars.server.complaints.actions.telling import exported, look_at_phone

__all__ = [
    "BLANK",
    "TAKE_UP",
    "AlreadyLinked",
    "AskedBefore",
    "Brought",
    "ClosedAlready",
    "CodeTaken",
    "Involved",
    "NotAnswered",
    "NotClosed",
    "NotComplete",
    "ReferenceTaken",
    "acknowledge",
    "acknowledged_by",
    "answer",
    "ask",
    "attach",
    "blank_story",
    "bring",
    "bring_lists",
    "call_back",
    "calls_made",
    "calls_undone",
    "change",
    "close",
    "decide",
    "drop_closed",
    "exported",
    "go_on",
    "hand_out",
    "hand_to",
    "keep_entry",
    "leave",
    "link",
    "look_at_phone",
    "note",
    "open_case",
    "reopen",
    "resume",
    "rise",
    "rise_after",
    "set_policy",
    "shred_papers",
    "take_up",
    "unacknowledged",
    "wait",
]
