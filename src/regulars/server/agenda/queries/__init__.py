"""What goes out of the house for one person, and how it went."""

from regulars.server.agenda.queries.entries import entries
from regulars.server.agenda.queries.feeds import (
    feed_of,
    names_allowed,
    shows_names,
    wish_of,
)
from regulars.server.agenda.queries.letters import (
    AskedFor,
    Standing,
    failed,
    hour,
    last_of,
    letter,
    readers,
    standing,
    usual,
    waiting,
    wanted_by,
    why_not,
    written_to,
)
from regulars.server.agenda.queries.morning import Branch, Line, Morning, Part, morning

__all__ = [
    "AskedFor",
    "Branch",
    "Line",
    "Morning",
    "Part",
    "Standing",
    "entries",
    "failed",
    "feed_of",
    "hour",
    "last_of",
    "letter",
    "morning",
    "names_allowed",
    "readers",
    "shows_names",
    "standing",
    "usual",
    "waiting",
    "wanted_by",
    "why_not",
    "wish_of",
    "written_to",
]
