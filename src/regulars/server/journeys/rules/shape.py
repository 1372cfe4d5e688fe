"""What a journey says: who enters, step after step, and what is to be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    WAIT = "wait"
    BRANCH = "branch"
    SEND = "send"
    TASK = "task"
    REPEAT = "repeat"
    EXIT = "exit"


class Until(StrEnum):
    """What a wait waits for."""

    DAYS = "days"
    HOUR = "hour"  # the next time that the clock says so
    WEEKDAY = "weekday"
    DATE = "date"  # some days before a date
    BIRTHDAY = "birthday"  # the next one of the customer, by the calendar they keep
    MATURITY = "maturity"  # the next one of what they hold
    CONTRACT = "contract"  # the end of the terms agreed with them


OF_CUSTOMER = frozenset({Until.BIRTHDAY, Until.MATURITY, Until.CONTRACT})


class Ask(StrEnum):
    """What a branch asks."""

    SEGMENT = "segment"  # is the customer in it now
    ARRIVED = "arrived"  # did the last message get there
    ANSWERED = "answered"  # did they speak with us since they entered
    BOUGHT = "bought"  # did they buy since they entered
    DAY = "day"  # is a day of theirs, as `until` says, ahead


class How(StrEnum):
    """Who of a segment enters."""

    NOW = "now"  # who is in it when the journey starts
    DAILY = "daily"  # who is in it on any day
    NEWLY = "newly"  # who comes into it, day by day


class Aim(StrEnum):
    NONE = ""
    SEGMENT = "segment"
    BOUGHT = "bought"


class Late(StrEnum):
    """How waits count after a long stop."""

    RESUME = "resume"  # from when the customer really got there: distances stay
    CATCH_UP = "catch_up"  # from when they should have been there: what is over is skipped


YES, NO, ON, BACK = "yes", "no", "on", "back"
LEAVE = "leave"


@dataclass(frozen=True)
class Step:
    """One step; which of its parts count depends on its kind.

    Attributes
    ----------
    id
        It stays when the step is moved or changed: what happened is known by it.
    days
        Of a wait: how many, or how many before the date. Of a message: for how many days it
        may still go out. Of a task: how long its result is waited for.
    after
        The days of a wait count from a day of the customer on, not up to it.
    hour
        The company's time of day, such as "09:30"; empty: as it comes.
    """

    id: str
    kind: Kind
    until: Until = Until.DAYS
    days: int = 0
    after: bool = False
    weekday: int = 0  # Monday is 0
    on: str = ""  # an ISO date
    hour: str = ""
    ask: Ask = Ask.SEGMENT
    segment: str = ""
    message: str = ""
    text: str = ""
    script: str = ""
    to: str = ""
    times: int = 1
    yes: tuple[Step, ...] = ()
    no: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Enter:
    """Who enters; `again` after so many days, None: once ever."""

    segment: str = ""
    how: How = How.NOW
    again: int | None = None


@dataclass(frozen=True)
class Goal:
    """What takes a customer out because it was reached."""

    aim: Aim = Aim.NONE
    segment: str = ""


@dataclass(frozen=True)
class Route:
    """A whole journey as one version says it.

    Attributes
    ----------
    holdout
        The share of those who enter that is left alone by lot.
    window
        For how many days after entering the goal counts, in both groups.
    """

    enter: Enter = field(default_factory=Enter)
    goal: Goal = field(default_factory=Goal)
    late: Late = Late.RESUME
    holdout: float = 0.1
    window: int = 60
    steps: tuple[Step, ...] = ()


def walk(steps: Sequence[Step], depth: int = 0) -> Iterator[tuple[Step, int]]:
    """Every step in reading order, with how deep it stands."""
    for step in steps:
        yield step, depth
        yield from walk(step.yes, depth + 1)
        yield from walk(step.no, depth + 1)


def by_id(route: Route) -> dict[str, Step]:
    return {step.id: step for step, _depth in walk(route.steps)}
