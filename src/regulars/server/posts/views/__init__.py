"""Pages of daily posts: the week, an item, approvals, posted or not, settings."""

from regulars.server.posts.views.board import board, managers
from regulars.server.posts.views.deciding import (
    approvals,
    approve,
    send_back,
    submit,
    take_away,
    take_back,
)
from regulars.server.posts.views.items import index, new, one, picture
from regulars.server.posts.views.packs import card, mark, mine, portrait
from regulars.server.posts.views.settings import (
    add_persona,
    add_slot,
    customers,
    message,
    move_persona,
    one_persona,
    put_away_persona,
    put_away_slot,
    settings,
)

__all__ = [
    "add_persona",
    "add_slot",
    "approvals",
    "approve",
    "board",
    "card",
    "customers",
    "index",
    "managers",
    "mark",
    "message",
    "mine",
    "move_persona",
    "new",
    "one",
    "one_persona",
    "picture",
    "portrait",
    "put_away_persona",
    "put_away_slot",
    "send_back",
    "settings",
    "submit",
    "take_away",
    "take_back",
]
