"""On whose list a reason lies, how long it takes and how urgent it is, by the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from regulars.server.care.rules.shape import Desk, Priority, Trigger
from regulars.server.standards.rules import Doer, Line

# On whose list work lies; that of the lobby and of the remote team is one desk.
DESKS: Mapping[str, Desk] = {
    Doer.RM: Desk.RM,
    Doer.MANAGER: Desk.MANAGER,
    Doer.LEADER: Desk.LEADER,
    Doer.LOBBY_MANAGER: Desk.SERVICE,
    Doer.REMOTE: Desk.SERVICE,
}


@lru_cache(maxsize=512)
def timed(trigger: Trigger, doer: str, minutes: int) -> Trigger:
    """The trigger on the list of a role; without minutes it keeps its own."""
    return replace(trigger, desk=DESKS[doer], minutes=minutes or trigger.minutes)


@lru_cache(maxsize=512)
def ranked(trigger: Trigger, priority: Priority) -> Trigger:
    """The trigger in another class."""
    return replace(trigger, priority=priority)


def by_line(trigger: Trigger, line: Line) -> Trigger:
    """The trigger as a line of the standard wants it."""
    return timed(trigger, line.doer, line.minutes)
