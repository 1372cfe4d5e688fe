"""Every change of the customer file. One by one here; whole files come set-wise."""

from regulars.server.customers.actions.burial import bury
from regulars.server.customers.actions.file import (
    NumberTaken,
    add_customer,
    change_customer,
    move_to_book,
    refuse_marketing,
    reveal,
)
from regulars.server.customers.actions.merging import NotStanding, absorb, lock, release
from regulars.server.customers.actions.ties import (
    AlreadyTied,
    BadTie,
    change_tie,
    relate,
    remove_tie,
)

__all__ = [
    "AlreadyTied",
    "BadTie",
    "NotStanding",
    "NumberTaken",
    "absorb",
    "add_customer",
    "bury",
    "change_customer",
    "change_tie",
    "lock",
    "move_to_book",
    "refuse_marketing",
    "relate",
    "release",
    "remove_tie",
    "reveal",
]
