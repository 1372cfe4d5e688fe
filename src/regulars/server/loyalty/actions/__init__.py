"""Every change of the programme, its members and its points.

The door for features above: `earn`, `redeem`, `give_back`, each under a key of theirs.
"""

from regulars.server.loyalty.actions.booking import AnotherRequest, Booked, NoMember, NotEnough
from regulars.server.loyalty.actions.earning import Morning, due
from regulars.server.loyalty.actions.earning import run as earn_from_facts
from regulars.server.loyalty.actions.lots import NothingLeft
from regulars.server.loyalty.actions.members import (
    CannotJoin,
    NoProgramme,
    erase,
    forfeit,
    join,
    join_many,
    leave,
    rank,
)
from regulars.server.loyalty.actions.merging import join_files, part_files
from regulars.server.loyalty.actions.notices import tell, tell_by_hand, untell
from regulars.server.loyalty.actions.opening import (
    NotNow,
    SecondPerson,
    Used,
    ask_take_in,
    ask_undo,
    bring,
    carry_out,
    drop,
    stand_back,
)
from regulars.server.loyalty.actions.points import (
    credit,
    debit,
    earn,
    redeem,
    reverse,
    transfer,
)
from regulars.server.loyalty.actions.programme import (
    Forbidden,
    TooSoon,
    adopt,
    change,
    discard,
    draft,
    end,
    set_levels,
    set_up,
    soonest,
)
from regulars.server.loyalty.actions.returning import (
    BoughtWith,
    Elsewhere,
    give_back,
    give_back_alone,
)
from regulars.server.loyalty.actions.wishes import (
    Decided,
    OwnWish,
    approve,
    ask,
    ask_to_leave,
    decline,
)

__all__ = [
    "AnotherRequest",
    "Booked",
    "BoughtWith",
    "CannotJoin",
    "Decided",
    "Elsewhere",
    "Forbidden",
    "Morning",
    "NoMember",
    "NoProgramme",
    "NotEnough",
    "NotNow",
    "NothingLeft",
    "OwnWish",
    "SecondPerson",
    "TooSoon",
    "Used",
    "adopt",
    "approve",
    "ask",
    "ask_take_in",
    "ask_to_leave",
    "ask_undo",
    "bring",
    "carry_out",
    "change",
    "credit",
    "debit",
    "decline",
    "discard",
    "draft",
    "drop",
    "due",
    "earn",
    "earn_from_facts",
    "end",
    "erase",
    "forfeit",
    "give_back",
    "give_back_alone",
    "join",
    "join_files",
    "join_many",
    "leave",
    "part_files",
    "rank",
    "redeem",
    "reverse",
    "set_levels",
    "set_up",
    "soonest",
    "stand_back",
    "tell",
    "tell_by_hand",
    "transfer",
    "untell",
]
