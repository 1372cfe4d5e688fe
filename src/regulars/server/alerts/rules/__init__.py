"""Which alerts there are, how long each may wait, and who comes next. Pure."""

from regulars.server.alerts.rules.clock import Clock, Patience
from regulars.server.alerts.rules.kinds import KINDS, LEVELS, UNTIERED, Kind, key
from regulars.server.alerts.rules.line import NOBODY, Post, line_of, next_up

__all__ = [
    "KINDS",
    "LEVELS",
    "NOBODY",
    "UNTIERED",
    "Clock",
    "Kind",
    "Patience",
    "Post",
    "key",
    "line_of",
    "next_up",
]
