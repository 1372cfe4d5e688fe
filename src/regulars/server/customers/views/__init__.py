"""The customer page and what is changed from it."""

from regulars.server.customers.views.file import edit, page, reveal
from regulars.server.customers.views.life import life, life_done, note_life, remove_life
from regulars.server.customers.views.ties import add_tie, find_tie, remove_tie, tie, ties

__all__ = [
    "add_tie",
    "edit",
    "find_tie",
    "life",
    "life_done",
    "note_life",
    "page",
    "remove_life",
    "remove_tie",
    "reveal",
    "tie",
    "ties",
]
