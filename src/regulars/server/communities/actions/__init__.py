"""Every change of communities: who is in them, when they meet, what is told."""

from regulars.server.communities.actions.joining import (
    AlreadyIn,
    NotHere,
    ask_to_join,
    decide,
    enter,
    leave,
    leave_by_link,
    note_deed,
    set_host,
    tell_idea,
)
from regulars.server.communities.actions.keeping import SameName, change, end, make
from regulars.server.communities.actions.linking import door_link, page_link
from regulars.server.communities.actions.meeting import (
    NotNow,
    answer,
    call_off,
    hold,
    plan_meeting,
)
from regulars.server.communities.actions.merging import join, part
from regulars.server.communities.actions.posting import (
    OwnPost,
    approve,
    invite,
    send,
    send_back,
    submit,
    take_down,
    write,
)

__all__ = [
    "AlreadyIn",
    "NotHere",
    "NotNow",
    "OwnPost",
    "SameName",
    "answer",
    "approve",
    "ask_to_join",
    "call_off",
    "change",
    "decide",
    "door_link",
    "end",
    "enter",
    "hold",
    "invite",
    "join",
    "leave",
    "leave_by_link",
    "make",
    "note_deed",
    "page_link",
    "part",
    "plan_meeting",
    "send",
    "send_back",
    "set_host",
    "submit",
    "take_down",
    "tell_idea",
    "write",
]
