"""Changes of what is said: written, submitted, approved, put away; words and trades."""

from regulars.server.content.actions.copying import NotInForce, copied
from regulars.server.content.actions.deciding import approve, send_back, submit, withdraw
from regulars.server.content.actions.settings import add_word, choose_trades, remove_word
from regulars.server.content.actions.writing import (
    BadText,
    bring_back,
    discard,
    put_away,
    save_draft,
    save_drafts,
)

__all__ = [
    "BadText",
    "NotInForce",
    "add_word",
    "approve",
    "bring_back",
    "choose_trades",
    "copied",
    "discard",
    "put_away",
    "remove_word",
    "save_draft",
    "save_drafts",
    "send_back",
    "submit",
    "withdraw",
]
