"""Every change of the customer file. One by one here; whole files come set-wise."""

from regulars.server.customers.actions.file import (
    NumberTaken,
    add_customer,
    change_customer,
    move_to_book,
    refuse_marketing,
    reveal,
)
from regulars.server.customers.actions.ties import relate

__all__ = [
    "NumberTaken",
    "add_customer",
    "change_customer",
    "move_to_book",
    "refuse_marketing",
    "relate",
    "reveal",
]
