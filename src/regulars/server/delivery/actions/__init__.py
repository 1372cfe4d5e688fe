"""Every change of lines, mailings and deliveries."""

from regulars.server.delivery.actions.closing import close_over, expire
from regulars.server.delivery.actions.exporting import export
from regulars.server.delivery.actions.hearing import ask, hear, take_in
from regulars.server.delivery.actions.holding import Over, pause, pause_all, resume, stop
from regulars.server.delivery.actions.laying import (
    BadMailing,
    Closed,
    Draft,
    Laid,
    complete,
    lay,
    make_mailing,
)
from regulars.server.delivery.actions.leasing import rescue
from regulars.server.delivery.actions.lines import (
    BadLine,
    add_line,
    change_line,
    fail_line,
    prefer_line,
    switch_line,
)
from regulars.server.delivery.actions.reminding import (
    NothingToConfirm,
    Reminded,
    RemindedEnough,
    remind,
)
from regulars.server.delivery.actions.sending import send
from regulars.server.delivery.actions.settling import Known, Unsaid, settle_many, settle_unknown
from regulars.server.delivery.actions.single import AnotherMessage, NoWay, send_one
from regulars.server.delivery.actions.stopping import Unsigned, link_of, stop_by_link, whose
from regulars.server.delivery.actions.trying import NoAddress, try_line
from regulars.server.delivery.actions.waking import QUEUE, SEND, wake

__all__ = [
    "QUEUE",
    "SEND",
    "AnotherMessage",
    "BadLine",
    "BadMailing",
    "Closed",
    "Draft",
    "Known",
    "Laid",
    "NoAddress",
    "NoWay",
    "NothingToConfirm",
    "Over",
    "Reminded",
    "RemindedEnough",
    "Unsaid",
    "Unsigned",
    "add_line",
    "ask",
    "change_line",
    "close_over",
    "complete",
    "expire",
    "export",
    "fail_line",
    "hear",
    "lay",
    "link_of",
    "make_mailing",
    "pause",
    "pause_all",
    "prefer_line",
    "remind",
    "rescue",
    "resume",
    "send",
    "send_one",
    "settle_many",
    "settle_unknown",
    "stop",
    "stop_by_link",
    "switch_line",
    "take_in",
    "try_line",
    "wake",
    "whose",
]
