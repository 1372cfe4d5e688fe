"""Standards to begin with, one per line of business; each number is to be changed.

The bank's is the matrix of the field's own documents; what they leave open (minutes, the
middle levels of organisations) and the other lines of business is widespread practice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from regulars.server.standards.rules.defaults import PLANS, TREATMENTS
from regulars.server.standards.rules.lines import (
    EVERYBODY,
    HIGH,
    LEVELS,
    MASS,
    MIDDLE,
    NEGATIVE,
    ORGANIZATION,
    PERSON,
    TOP,
    Doer,
    Line,
    Matrix,
    Purpose,
    Rhythm,
)
from regulars.server.standards.rules.plans import Content, Hours

TALK = ("call", "wecom")
QUIET = ("app", "counter")  # service notices where the customer looks by himself


def preset(code: str) -> Content:
    """The standard of a line of business; unknown codes get that of retail."""
    lines = PRESETS.get(code, _retail)()
    plans = {plan.business_class: plan for plan in PLANS} if code in WITH_CLASSES else {}
    return Content(
        matrix=Matrix(tuple(lines)),
        plans=plans,
        treatments={treatment.stage: treatment for treatment in TREATMENTS},
        hours=Hours(),
    )


def with_settings(content: Content, settings: Mapping[str, Any]) -> Content:
    """Lay a company's `contact_every` and `birthday_lead` over a preset.

    They stood in the settings before there were versions, and hold until the first of those.
    """
    every, leads = settings.get("contact_every", {}), settings.get("birthday_lead", {})
    lines = tuple(_set(line, every, leads) for line in content.matrix.lines)
    return replace(content, matrix=Matrix(lines))


def _set(line: Line, every: Mapping[str, Any], leads: Mapping[str, Any]) -> Line:
    level = str(line.level)
    if line.purpose == Purpose.CONTACT and level in every:
        if not every[level]:
            return replace(line, doer=Doer.MACHINE, rhythm=Rhythm.EVENT, days=None, minutes=0)
        doer = line.doer if line.by_people else Doer.RM
        days, minutes = int(every[level]), line.minutes or 10
        return replace(line, doer=doer, rhythm=Rhythm.DAYS, days=days, minutes=minutes)
    if line.purpose == Purpose.GREETING and leads.get(level):
        first, last = leads[level]
        return replace(line, lead_from=int(first), lead_until=int(last))
    return line


def _contacts(
    every: Mapping[int, tuple[int, int]], channels: tuple[str, ...] = TALK
) -> Iterator[Line]:
    """Two-way contact: days and minutes of the levels that people call, notices for others."""
    for level in LEVELS:
        if level in every:
            days, minutes = every[level]
            yield Line(
                level, Purpose.CONTACT, rhythm=Rhythm.DAYS, days=days, minutes=minutes,
                channels=channels,
            )  # fmt: skip
    yield Line(
        MASS, Purpose.CONTACT, Doer.MACHINE, Rhythm.HALF_YEAR, channels=("sms", "wecom", "app")
    )
    yield Line(NEGATIVE, Purpose.CONTACT, Doer.MACHINE, manner="notices", channels=QUIET)


def _greetings() -> Iterator[Line]:
    line = partial(Line, purpose=Purpose.GREETING, rhythm=Rhythm.YEAR)
    yield line(TOP, minutes=15, channels=TALK, manner="invite", lead_from=21, lead_until=14)
    yield line(HIGH, minutes=10, channels=TALK, manner="gift", lead_from=7, lead_until=1)
    yield line(
        MIDDLE, minutes=3, channels=("wecom", "sms"), manner="words", lead_from=1, lead_until=0
    )
    yield line(
        MASS, doer=Doer.MACHINE, channels=("sms",), manner="words", lead_from=0, lead_until=0
    )


def _complaints(doer: str = Doer.RM) -> Iterator[Line]:
    line = partial(Line, purpose=Purpose.COMPLAINT, channels=("call",), minutes=15)
    yield line(TOP, doer=doer, hours=2)
    yield line(HIGH, doer=doer, hours=4)
    yield line(MIDDLE, doer=doer, workdays=1)
    yield line(MASS, doer=Doer.REMOTE, workdays=1)
    yield line(NEGATIVE, doer=Doer.REMOTE, workdays=1)


def _at(
    purpose: str, *given: tuple[int, str, str, int], channels: tuple[str, ...] = ("visit",)
) -> Iterator[Line]:
    """Lines of one purpose from (level, doer, rhythm, minutes)."""
    for level, doer, rhythm, minutes in given:
        yield Line(level, purpose, doer, rhythm, minutes=minutes, channels=channels)


def _rating() -> Iterator[Line]:
    yield Line(NEGATIVE, Purpose.REVIEW, Doer.MACHINE, Rhythm.YEAR, manner="rating")


def _of(kind: str, lines: Iterable[Line]) -> Iterator[Line]:
    return (replace(line, kind=kind) for line in lines)


def _bank_persons() -> Iterator[Line]:
    yield from _contacts({TOP: (14, 20), HIGH: (30, 15), MIDDLE: (90, 10)})
    yield from _at(
        Purpose.VISIT,
        (TOP, Doer.RM, Rhythm.QUARTER, 90),
        (TOP, Doer.LEADER, Rhythm.HALF_YEAR, 90),
        (HIGH, Doer.RM, Rhythm.HALF_YEAR, 60),
        (MIDDLE, Doer.RM, Rhythm.EVENT, 60),
    )
    yield Line(
        TOP, Purpose.REVIEW, Doer.RM, Rhythm.QUARTER, minutes=45, channels=("visit", "call"),
        manner="plan",
    )  # fmt: skip
    yield from _at(
        Purpose.REVIEW,
        (HIGH, Doer.RM, Rhythm.HALF_YEAR, 30),
        (MIDDLE, Doer.RM, Rhythm.YEAR, 15),
        channels=TALK,
    )
    yield from _rating()
    yield from _greetings()
    yield from _complaints()


def _bank_organizations() -> Iterator[Line]:
    """Who leads a level by the tier scheme sees its customers himself."""
    yield from _contacts({TOP: (14, 30), HIGH: (30, 20), MIDDLE: (90, 15)})
    yield from _at(
        Purpose.VISIT,
        (TOP, Doer.MANAGER, Rhythm.MONTH, 90),
        (TOP, Doer.LEADER, Rhythm.QUARTER, 120),
        (HIGH, Doer.RM, Rhythm.MONTH, 60),
        (HIGH, Doer.MANAGER, Rhythm.QUARTER, 90),
        (MIDDLE, Doer.RM, Rhythm.QUARTER, 60),
        (MASS, Doer.RM, Rhythm.EVENT, 45),
    )
    yield Line(
        TOP, Purpose.REVIEW, Doer.RM, Rhythm.QUARTER, minutes=60, channels=("visit",),
        manner="plan",
    )  # fmt: skip
    yield from _at(
        Purpose.REVIEW,
        (HIGH, Doer.RM, Rhythm.HALF_YEAR, 45),
        (MIDDLE, Doer.RM, Rhythm.YEAR, 30),
    )
    yield from _rating()
    yield from _complaints()


def _bank() -> Iterator[Line]:
    yield from _of(PERSON, _bank_persons())
    yield from _of(ORGANIZATION, _bank_organizations())


def _insurance() -> Iterator[Line]:
    yield from _contacts({TOP: (30, 20), HIGH: (60, 15), MIDDLE: (180, 10)})
    yield from _at(
        Purpose.VISIT,
        (TOP, Doer.RM, Rhythm.QUARTER, 60),
        (TOP, Doer.LEADER, Rhythm.YEAR, 60),
        (HIGH, Doer.RM, Rhythm.HALF_YEAR, 60),
        (MIDDLE, Doer.RM, Rhythm.EVENT, 45),
    )
    yield from _at(
        Purpose.REVIEW,
        (TOP, Doer.RM, Rhythm.HALF_YEAR, 45),
        (HIGH, Doer.RM, Rhythm.YEAR, 30),
        (MIDDLE, Doer.RM, Rhythm.YEAR, 20),
        (MASS, Doer.REMOTE, Rhythm.YEAR, 10),
        channels=TALK,
    )
    yield from _rating()
    yield from _greetings()
    yield from _complaints()


def _retail() -> Iterator[Line]:
    """A store's members: the associate writes and calls, visits are theirs to us."""
    yield from _contacts({TOP: (14, 10), HIGH: (30, 8), MIDDLE: (90, 5)}, ("wecom", "call"))
    yield from _at(
        Purpose.VISIT,
        (TOP, Doer.RM, Rhythm.EVENT, 30),
        (HIGH, Doer.RM, Rhythm.EVENT, 30),
    )
    yield from _at(
        Purpose.REVIEW,
        (TOP, Doer.RM, Rhythm.HALF_YEAR, 15),
        (HIGH, Doer.RM, Rhythm.YEAR, 10),
        channels=("wecom", "call"),
    )
    yield from _rating()
    yield from _greetings()
    yield from _complaints()


def _b2b() -> Iterator[Line]:
    """Customer success: the business review each quarter for the accounts that carry most."""
    yield from _contacts({TOP: (14, 30), HIGH: (30, 20), MIDDLE: (90, 15)}, ("call", "email"))
    yield from _at(
        Purpose.VISIT,
        (TOP, Doer.RM, Rhythm.QUARTER, 120),
        (TOP, Doer.LEADER, Rhythm.HALF_YEAR, 120),
        (HIGH, Doer.RM, Rhythm.HALF_YEAR, 90),
        (MIDDLE, Doer.RM, Rhythm.EVENT, 60),
    )
    yield from _at(
        Purpose.REVIEW,
        (TOP, Doer.RM, Rhythm.QUARTER, 90),
        (HIGH, Doer.RM, Rhythm.QUARTER, 60),
        (MIDDLE, Doer.RM, Rhythm.YEAR, 45),
        channels=("visit", "call"),
    )
    yield from _rating()
    yield from _complaints()


PRESETS: Mapping[str, Callable[[], Iterator[Line]]] = {
    "bank": _bank,
    "corporate": lambda: _of(EVERYBODY, _bank_organizations()),
    "insurance": _insurance,
    "retail": lambda: _of(EVERYBODY, _retail()),
    "b2b": _b2b,
}
WITH_CLASSES = ("bank", "corporate")
