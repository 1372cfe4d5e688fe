"""Every change of segments and groups; the board; files that leave the house."""

from regulars.server.segments.actions.board import make_board
from regulars.server.segments.actions.exporting import (
    ExportRefused,
    ask_export,
    downloaded,
    export,
)
from regulars.server.segments.actions.groups import (
    MOST_MEMBERS,
    TooMany,
    add_members,
    freeze,
    make_group,
    remove_members,
)
from regulars.server.segments.actions.keeping import (
    NameTaken,
    NotAllowed,
    NotOwner,
    ReasonMissing,
    archive,
    change,
    keep,
    restore,
)
from regulars.server.segments.actions.looking import note_look

__all__ = [
    "MOST_MEMBERS",
    "ExportRefused",
    "NameTaken",
    "NotAllowed",
    "NotOwner",
    "ReasonMissing",
    "TooMany",
    "add_members",
    "archive",
    "ask_export",
    "change",
    "downloaded",
    "export",
    "freeze",
    "keep",
    "make_board",
    "make_group",
    "note_look",
    "remove_members",
    "restore",
]
