"""What keeps a journey from being published: each trouble with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regulars.server.journeys.rules.paths import Paths
from regulars.server.journeys.rules.shape import (
    OF_CUSTOMER,
    Aim,
    Ask,
    Kind,
    Route,
    Step,
    Until,
    by_id,
    walk,
)

MOST_STEPS, MOST_DEPTH, MOST_DAYS, MOST_TIMES = 60, 4, 730, 12
MOST_HOLDOUT = 0.5


class Code(StrEnum):
    NO_SEGMENT = "no_segment"
    NO_STEPS = "no_steps"
    NO_GOAL_SEGMENT = "no_goal_segment"
    SAME_ID = "same_id"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"
    UNREACHED = "unreached"
    LOOP = "loop"
    NO_EXIT = "no_exit"
    NOWHERE = "nowhere"
    NO_MESSAGE = "no_message"
    NO_TEXT = "no_text"
    NO_ASKED = "no_asked"
    NO_DAYS = "no_days"
    NO_DATE = "no_date"
    BAD_HOUR = "bad_hour"
    NOT_SENT = "not_sent"
    EMPTY_BRANCH = "empty_branch"
    HOLDOUT = "holdout"
    WINDOW = "window"


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and at which step; without one it is the journey itself."""

    code: Code
    step: str = ""


def troubles(route: Route) -> list[Trouble]:
    """Everything that must be mended first, in reading order."""
    paths = Paths(route)
    return [*_whole(route, paths), *_steps(route), *_ways(route, paths)]


def _whole(route: Route, paths: Paths) -> Iterator[Trouble]:
    if not route.enter.segment:
        yield Trouble(Code.NO_SEGMENT)
    if route.goal.aim is Aim.SEGMENT and not route.goal.segment:
        yield Trouble(Code.NO_GOAL_SEGMENT)
    if not 0 <= route.holdout <= MOST_HOLDOUT:
        yield Trouble(Code.HOLDOUT)
    if not 1 <= route.window <= MOST_DAYS:
        yield Trouble(Code.WINDOW)
    if not route.steps:
        yield Trouble(Code.NO_STEPS)
    if len(paths.order) > MOST_STEPS:
        yield Trouble(Code.TOO_MANY)
    if len(set(paths.order)) < len(paths.order):
        yield Trouble(Code.SAME_ID)


def _steps(route: Route) -> Iterator[Trouble]:
    sent = False
    for step, depth in walk(route.steps):
        if depth > MOST_DEPTH:
            yield Trouble(Code.TOO_DEEP, step.id)
        if step.kind is Kind.BRANCH and step.ask is Ask.ARRIVED and not sent:
            yield Trouble(Code.NOT_SENT, step.id)
        sent = sent or step.kind is Kind.SEND
        if code := _wrong(step):
            yield Trouble(code, step.id)


def _wrong(step: Step) -> Code | None:
    """What one step lacks by itself."""
    if step.hour and not is_hour(step.hour):
        return Code.BAD_HOUR
    match step.kind:
        case Kind.WAIT:
            return _wrong_wait(step)
        case Kind.SEND:
            if not step.message:
                return Code.NO_MESSAGE
            return None if 0 < step.days <= MOST_DAYS else Code.NO_DAYS
        case Kind.TASK:
            if not step.text:
                return Code.NO_TEXT
            return None if 0 < step.days <= MOST_DAYS else Code.NO_DAYS
        case Kind.BRANCH:
            if step.ask is Ask.SEGMENT and not step.segment:
                return Code.NO_ASKED
            if step.ask is Ask.DAY and step.until not in OF_CUSTOMER:
                return Code.NO_DATE
            return None if step.yes or step.no else Code.EMPTY_BRANCH
        case Kind.REPEAT:
            return None if 0 < step.times <= MOST_TIMES else Code.NO_DAYS
        case Kind.EXIT:
            return None


def _wrong_wait(step: Step) -> Code | None:
    if step.until is Until.DAYS:
        return None if 0 < step.days <= MOST_DAYS else Code.NO_DAYS
    if step.until is Until.HOUR:
        return None if step.hour else Code.BAD_HOUR
    if step.until is Until.DATE:
        return None if is_date(step.on) and 0 <= step.days <= MOST_DAYS else Code.NO_DATE
    if step.until in OF_CUSTOMER:
        return None if 0 <= step.days <= MOST_DAYS else Code.NO_DAYS
    return None if 0 <= step.weekday <= 6 else Code.NO_DAYS


def _ways(route: Route, paths: Paths) -> Iterator[Trouble]:
    reached, order = paths.reached(), {step: n for n, step in enumerate(paths.order)}
    for step in paths.order:
        if step not in reached:
            yield Trouble(Code.UNREACHED, step)
            continue
        found = paths.steps[step]
        if found.kind is Kind.REPEAT and order.get(found.to, len(order)) >= order[step]:
            yield Trouble(Code.NOWHERE, step)
        elif paths.runs_out(step):
            yield Trouble(Code.NO_EXIT, step)
        if found.kind is Kind.REPEAT and _restless(paths, step):
            yield Trouble(Code.LOOP, step)


def _restless(paths: Paths, repeat: str) -> bool:
    """Whether some way leads from a step back to itself without resting anywhere."""
    seen: set[str] = set()
    open_ones = [paths.steps[repeat].to]
    while open_ones:
        step = open_ones.pop()
        if step == repeat:
            return True
        if step in seen or step not in paths.steps or _rests(paths.steps[step]):
            continue
        seen.add(step)
        open_ones += paths.targets(step)
    return False


def _rests(step: Step) -> bool:
    """Whether time passes at a step each time; a date is over, or some have none."""
    return step.kind is Kind.WAIT and step.until not in {Until.DATE, *OF_CUSTOMER}


def is_hour(text: str) -> bool:
    head, colon, tail = text.partition(":")
    told = colon and len(head) == len(tail) == 2 and (head + tail).isascii()
    return bool(told and (head + tail).isdigit() and int(head) < 24 and int(tail) < 60)


def is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def removed(before: Route, after: Route) -> list[str]:
    """The steps that a new version does not have any more, in the old order."""
    kept = by_id(after)
    return [step.id for step, _depth in walk(before.steps) if step.id not in kept]
