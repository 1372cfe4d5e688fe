"""Every change of the customer file. One by one here; whole files come set-wise."""

from regulars.server.customers.actions.books import ask_for_action, move_many
from regulars.server.customers.actions.burial import bury, drop_history
from regulars.server.customers.actions.documents import (
    BadDocument,
    attach,
    check_file,
    discard_document,
    hand_out,
    shred_documents,
)
from regulars.server.customers.actions.file import (
    NumberTaken,
    add_customer,
    change_customer,
    move_to_book,
    reveal,
)
from regulars.server.customers.actions.households import (
    BadMember,
    Elsewhere,
    found_household,
    join_household,
    lead_household,
    leave_household,
)
from regulars.server.customers.actions.life import (
    change_event,
    finish_events,
    note_event,
    remove_event,
    reopen_events,
)
from regulars.server.customers.actions.merging import absorb, release
from regulars.server.customers.actions.preferences import (
    note_preference,
    withdraw_preference,
)
from regulars.server.customers.actions.standing import (
    NotStanding,
    hold,
    lock,
    lock_all,
    lock_book,
)
from regulars.server.customers.actions.ties import (
    AlreadyTied,
    BadTie,
    change_tie,
    relate,
    remove_tie,
)

__all__ = [
    "AlreadyTied",
    "BadDocument",
    "BadMember",
    "BadTie",
    "Elsewhere",
    "NotStanding",
    "NumberTaken",
    "absorb",
    "add_customer",
    "ask_for_action",
    "attach",
    "bury",
    "change_customer",
    "change_event",
    "change_tie",
    "check_file",
    "discard_document",
    "drop_history",
    "finish_events",
    "found_household",
    "hand_out",
    "hold",
    "join_household",
    "lead_household",
    "leave_household",
    "lock",
    "lock_all",
    "lock_book",
    "move_many",
    "move_to_book",
    "note_event",
    "note_preference",
    "relate",
    "release",
    "remove_event",
    "remove_tie",
    "reopen_events",
    "reveal",
    "shred_documents",
    "withdraw_preference",
]
