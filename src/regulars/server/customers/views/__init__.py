"""The customer page and what is changed from it."""

from regulars.server.customers.views.documents import (
    attach,
    discard_document,
    take_document,
)
from regulars.server.customers.views.file import edit, page, reveal
from regulars.server.customers.views.households import (
    household,
    join,
    leave,
)
from regulars.server.customers.views.life import life, life_done, note_life, remove_life
from regulars.server.customers.views.preferences import (
    note_preference,
    tags,
    withdraw_preference,
)
from regulars.server.customers.views.ties import add_tie, find_tie, remove_tie, tie, ties

__all__ = [
    "add_tie",
    "attach",
    "discard_document",
    "edit",
    "find_tie",
    "household",
    "join",
    "leave",
    "life",
    "life_done",
    "note_life",
    "note_preference",
    "page",
    "remove_life",
    "remove_tie",
    "reveal",
    "tags",
    "take_document",
    "tie",
    "ties",
    "withdraw_preference",
]
