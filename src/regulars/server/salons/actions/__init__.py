"""Every change of kinds, salons, sheets, costs and guests."""

from regulars.server.salons.actions.answering import (
    NoLink,
    NoRoom,
    TooLate,
    answer,
    answer_link,
    behind,
    link_of,
    token,
)
from regulars.server.salons.actions.closing import cancel, close_over, end, settle
from regulars.server.salons.actions.day import (
    NotToday,
    bring_friend,
    check_in,
    check_out,
    took_part,
    walk_in,
)
from regulars.server.salons.actions.following import finish, reopen
from regulars.server.salons.actions.inviting import NotReady, invite, open_invitations
from regulars.server.salons.actions.kinds import install_kinds, save_kind
from regulars.server.salons.actions.listing import OnList, add_guest, propose, take_off
from regulars.server.salons.actions.merging import join, part
from regulars.server.salons.actions.planning import (
    NotLive,
    add_cost,
    add_part,
    change,
    change_cost,
    change_part,
    drop_cost,
    drop_part,
    make,
)
from regulars.server.salons.actions.reminding import remind_all
from regulars.server.salons.actions.saying import say, say_link

__all__ = [
    "NoLink",
    "NoRoom",
    "NotLive",
    "NotReady",
    "NotToday",
    "OnList",
    "TooLate",
    "add_cost",
    "add_guest",
    "add_part",
    "answer",
    "answer_link",
    "behind",
    "bring_friend",
    "cancel",
    "change",
    "change_cost",
    "change_part",
    "check_in",
    "check_out",
    "close_over",
    "drop_cost",
    "drop_part",
    "end",
    "finish",
    "install_kinds",
    "invite",
    "join",
    "link_of",
    "make",
    "open_invitations",
    "part",
    "propose",
    "remind_all",
    "reopen",
    "save_kind",
    "say",
    "say_link",
    "settle",
    "take_off",
    "token",
    "took_part",
    "walk_in",
]
