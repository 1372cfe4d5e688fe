"""Every change of alerts: raised, escalated, dealt with, followed; and who is away."""

from regulars.server.alerts.actions.absences import WrongDays, come_back, go_away
from regulars.server.alerts.actions.dealing import (
    AlreadyClosed,
    NobodyThere,
    acknowledge,
    close,
    drop_closed,
    hand_on,
)
from regulars.server.alerts.actions.escalation import escalate
from regulars.server.alerts.actions.following import follow_book, follow_customers, return_to
from regulars.server.alerts.actions.raising import (
    Cause,
    UnknownKind,
    raise_,
    raise_many,
    settle,
    unsettle,
)
from regulars.server.alerts.actions.settings import set_patience

__all__ = [
    "AlreadyClosed",
    "Cause",
    "NobodyThere",
    "UnknownKind",
    "WrongDays",
    "acknowledge",
    "close",
    "come_back",
    "drop_closed",
    "escalate",
    "follow_book",
    "follow_customers",
    "go_away",
    "hand_on",
    "raise_",
    "raise_many",
    "return_to",
    "set_patience",
    "settle",
    "unsettle",
]
