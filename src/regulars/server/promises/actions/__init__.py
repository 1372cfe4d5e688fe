"""Every change of promises: made, kept, withdrawn; broken by the clock; handed along."""

from regulars.server.promises.actions.deciding import (
    UNDO,
    AlreadyDecided,
    keep,
    lapse,
    reopen,
    take_back,
    withdraw,
)
from regulars.server.promises.actions.following import follow_book, follow_customers
from regulars.server.promises.actions.making import (
    NoPromise,
    WrongDue,
    check_due,
    check_text,
    make,
)

__all__ = [
    "UNDO",
    "AlreadyDecided",
    "NoPromise",
    "WrongDue",
    "check_due",
    "check_text",
    "follow_book",
    "follow_customers",
    "keep",
    "lapse",
    "make",
    "reopen",
    "take_back",
    "withdraw",
]
