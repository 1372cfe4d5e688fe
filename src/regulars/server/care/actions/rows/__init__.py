"""What a morning writes, set-wise: cards and tasks laid beside the tables, then joined in."""

from regulars.server.care.actions.rows.days import (
    bring_back,
    carried,
    cut,
    follow_books,
    release_helped,
)
from regulars.server.care.actions.rows.leaving import (
    drop_fulfilled,
    drop_mended,
    drop_overtaken,
    drop_refused,
    drop_settled,
    expire,
    take_back,
)
from regulars.server.care.actions.rows.writing import move, write

__all__ = [
    "bring_back",
    "carried",
    "cut",
    "drop_fulfilled",
    "drop_mended",
    "drop_overtaken",
    "drop_refused",
    "drop_settled",
    "expire",
    "follow_books",
    "move",
    "release_helped",
    "take_back",
    "write",
]
