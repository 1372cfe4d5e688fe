"""Every change of addresses and letters."""

from regulars.server.agenda.actions.feeds import (
    NotForThem,
    Reading,
    TooOften,
    end_strayed,
    make_feed,
    read,
    revoke_feed,
)
from regulars.server.agenda.actions.letters import (
    begin,
    drop_letters,
    give_up_late,
    post,
    send_sample,
    write_letters,
)
from regulars.server.agenda.actions.stopping import Unsigned, signed, stop, whose
from regulars.server.agenda.actions.wishes import set_rules, set_wish

__all__ = [
    "NotForThem",
    "Reading",
    "TooOften",
    "Unsigned",
    "begin",
    "drop_letters",
    "end_strayed",
    "give_up_late",
    "make_feed",
    "post",
    "read",
    "revoke_feed",
    "send_sample",
    "set_rules",
    "set_wish",
    "signed",
    "stop",
    "whose",
    "write_letters",
]
