"""Reaching customers, and what their managers decide about single messages."""

from regulars.server.outreach.actions.confirming import (
    Decided,
    by_person,
    confirm,
    decline,
    end_over,
)
from regulars.server.outreach.actions.reaching import (
    NotReady,
    NoWay,
    Reached,
    call_off,
    no_more,
    reach,
)

__all__ = [
    "Decided",
    "NoWay",
    "NotReady",
    "Reached",
    "by_person",
    "call_off",
    "confirm",
    "decline",
    "end_over",
    "no_more",
    "reach",
]
