"""Every change of festivals and their plans; the one wish."""

from regulars.server.festivals.actions.giving import Given, ask_gifts
from regulars.server.festivals.actions.keeping import (
    FIELDS,
    NoSuchDay,
    SameName,
    add,
    change,
    switch,
)
from regulars.server.festivals.actions.planning import (
    PLANNED,
    NotNow,
    NotWhole,
    add_task,
    change_plan,
    decide,
    do_task,
    end_over,
    make_plan,
    note_result,
    skip,
)
from regulars.server.festivals.actions.wishing import Wished, send, send_due

__all__ = [
    "FIELDS",
    "PLANNED",
    "Given",
    "NoSuchDay",
    "NotNow",
    "NotWhole",
    "SameName",
    "Wished",
    "add",
    "add_task",
    "ask_gifts",
    "change",
    "change_plan",
    "decide",
    "do_task",
    "end_over",
    "make_plan",
    "note_result",
    "send",
    "send_due",
    "skip",
    "switch",
]
