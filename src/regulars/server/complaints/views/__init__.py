"""The desk, one case with its steps, new ones, figures, settings."""

from regulars.server.complaints.views.bringing import bring
from regulars.server.complaints.views.desk import index
from regulars.server.complaints.views.ending import answer, call, close, reopen
from regulars.server.complaints.views.figures import behind, export, figures
from regulars.server.complaints.views.one import (
    acknowledge,
    change,
    decide,
    go_on,
    hand,
    link,
    more_time,
    note,
    one,
    phone,
    take,
    wait,
)
from regulars.server.complaints.views.opening import find, new
from regulars.server.complaints.views.papers import attach, paper
from regulars.server.complaints.views.settings import entry, rules

__all__ = [
    "acknowledge",
    "answer",
    "attach",
    "behind",
    "bring",
    "call",
    "change",
    "close",
    "decide",
    "entry",
    "export",
    "figures",
    "find",
    "go_on",
    "hand",
    "index",
    "link",
    "more_time",
    "new",
    "note",
    "one",
    "paper",
    "phone",
    "reopen",
    "rules",
    "take",
    "wait",
]
