"""Every change of daily posts."""

from regulars.server.posts.actions.deciding import (
    NotThatFar,
    OwnWords,
    Sensitive,
    TooLate,
    approve,
    send_back,
    submit,
    take_away,
    take_back,
)
from regulars.server.posts.actions.packs import change_face, mark
from regulars.server.posts.actions.personas import (
    Taken,
    add_persona,
    add_slot,
    change_persona,
    move_persona,
    put_away_persona,
    put_away_slot,
    set_policy,
)
from regulars.server.posts.actions.sending import due, post
from regulars.server.posts.actions.sorting import sort
from regulars.server.posts.actions.writing import BadPicture, Occupied, Told, write

__all__ = [
    "BadPicture",
    "NotThatFar",
    "Occupied",
    "OwnWords",
    "Sensitive",
    "Taken",
    "Told",
    "TooLate",
    "add_persona",
    "add_slot",
    "approve",
    "change_face",
    "change_persona",
    "due",
    "mark",
    "move_persona",
    "post",
    "put_away_persona",
    "put_away_slot",
    "send_back",
    "set_policy",
    "sort",
    "submit",
    "take_away",
    "take_back",
    "write",
]
