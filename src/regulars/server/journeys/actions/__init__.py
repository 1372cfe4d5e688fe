"""Every change of journeys: written, approved, started; who enters, goes on, is taken out."""

from regulars.server.journeys.actions.beginning import NoSegmentYet, begin
from regulars.server.journeys.actions.ending import Ended, take_out
from regulars.server.journeys.actions.entering import look
from regulars.server.journeys.actions.errands import do_errands, reopen_errands
from regulars.server.journeys.actions.making import (
    Incomplete,
    NoName,
    NotThatFar,
    Over,
    OwnWork,
    approve,
    make,
    rename,
    send_back,
    submit,
    withdraw,
    write,
)
from regulars.server.journeys.actions.merging import join, part
from regulars.server.journeys.actions.running import NotNow, Stopped, pause, resume, start, stop
from regulars.server.journeys.actions.walking import BATCH, advance, take_in

__all__ = [
    "BATCH",
    "Ended",
    "Incomplete",
    "NoName",
    "NoSegmentYet",
    "NotNow",
    "NotThatFar",
    "Over",
    "OwnWork",
    "Stopped",
    "advance",
    "approve",
    "begin",
    "do_errands",
    "join",
    "look",
    "make",
    "part",
    "pause",
    "rename",
    "reopen_errands",
    "resume",
    "send_back",
    "start",
    "stop",
    "submit",
    "take_in",
    "take_out",
    "withdraw",
    "write",
]
