"""Every decision about pairs, and every merge: made, and taken back."""

from regulars.server.identity.actions.deciding import AlreadyDecided, keep_apart, propose
from regulars.server.identity.actions.merging import NotOne, NotUndoable, merge, unmerge
from regulars.server.identity.actions.searching import SEARCH, ask_search, perform_search

__all__ = [
    "SEARCH",
    "AlreadyDecided",
    "NotOne",
    "NotUndoable",
    "ask_search",
    "keep_apart",
    "merge",
    "perform_search",
    "propose",
    "unmerge",
]
