"""What stands in a calendar, whoever reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime

# Readers that say who they are, by a word in what they send.
READERS: Mapping[str, str] = {
    "Google-Calendar": "Google Calendar",
    "Microsoft.Exchange": "Outlook",
    "Microsoft Office": "Outlook",
    "Outlook": "Outlook",
    "dataaccessd": "Apple Calendar",
    "CalendarAgent": "Apple Calendar",
    "iOS": "Apple Calendar",
    "macOS": "Apple Calendar",
    "wxwork": "WeCom",
    "Thunderbird": "Thunderbird",
    "ICSx5": "ICSx5",
}


@dataclass(frozen=True)
class Entry:
    """One thing with a time: a day, or a moment with an end."""

    uid: str
    title: str
    starts: date | datetime
    ends: datetime | None = None  # of a moment only
    text: str = ""
    place: str = ""
    link: str = ""
    cancelled: bool = False
    busy: bool = False  # it takes its person's time

    @property
    def print(self) -> str:
        """A hash of all that it says."""
        said = "\x1f".join(map(str, astuple(self)))
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Stamp:
    """Which telling of an entry this is, and since when it reads so."""

    sequence: int
    changed_at: datetime


def reader(agent: str) -> str:
    """The name of the programme that reads a calendar, from what it says of itself."""
    for word, name in READERS.items():
        if word.casefold() in agent.casefold():
            return name
    return "".join(c for c in agent if c.isprintable())[:80]


def hidden(number: str) -> str:
    """A customer's number with its last four signs only: `···0042`."""
    return f"···{number[-4:]}"
