"""Rows for the detections that any trigger may name: from facts, figures, tiers and files.

Holdings and events are read once a morning for all triggers together; each trigger then
takes its part. Rows only narrow down: `care.rules.detect.dated` decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from regulars.server.care.queries.morning.happenings.agreed import agreed
from regulars.server.care.queries.morning.happenings.events import from_events
from regulars.server.care.queries.morning.happenings.figures import dated, measured, silent
from regulars.server.care.queries.morning.happenings.holdings import from_holdings
from regulars.server.care.queries.morning.happenings.moves import from_moves
from regulars.server.care.queries.morning.happenings.periods import every, filed, turned
from regulars.server.care.queries.morning.happenings.points import from_points
from regulars.server.care.queries.morning.happenings.spans import Found, source_of
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.rules.detect.dated import on_own_day
from regulars.server.care.rules.detectors import (
    Booked,
    Either,
    Event,
    Every,
    Figure,
    File,
    Holding,
    Measured,
    Silence,
    Terms,
    Turned,
)
from regulars.server.care.rules.shape import Trigger

__all__ = ["rows"]

TRANSACTION = ("transaction",)


def rows(triggers: Iterable[Trigger], sight: Sight) -> Found:
    """Rows of each trigger, by its code."""
    found: Found = defaultdict(list)
    asked = list(triggers)
    part = 0
    while asked:
        for code, rows_ in _read([_of(trigger, part) for trigger in asked], sight).items():
            found[code] += [replace(row, part=part) for row in rows_] if part else rows_
        part += 1
        asked = [
            t for t in asked if isinstance(t.detect, Either) and part < len(t.detect.parts)
        ]
    return found


def _of(trigger: Trigger, part: int) -> Trigger:
    """The trigger by one of its detections."""
    if not isinstance(trigger.detect, Either):
        return trigger
    return replace(trigger, detect=trigger.detect.parts[part])


def _read(triggers: Sequence[Trigger], sight: Sight) -> Found:
    found: Found = defaultdict(list)
    held: list[Trigger] = []
    heard: list[Trigger] = []
    booked: list[Trigger] = []
    for trigger in triggers:
        detect = trigger.detect
        match source_of(trigger) or detect:
            case Holding():
                held.append(trigger)
            case Event():
                heard.append(trigger)
            case Booked():
                booked.append(trigger)
            case Terms():
                found[trigger.code] = agreed(trigger, sight.morning)
            case File():
                found[trigger.code] = filed(trigger, sight)
            case Figure():
                found[trigger.code] = dated(trigger, sight)
            case Measured() as measure:
                found[trigger.code] = measured(measure, sight)
            case Turned() as turn:
                found[trigger.code] = turned(turn, sight)
            case Every() as period:
                found[trigger.code] = every(on_own_day(trigger, period, sight.morning), sight)
            case Silence(of=of) as silence:
                if of == TRANSACTION:
                    found[trigger.code] = silent(silence, sight)
                else:
                    heard.append(trigger)
    from_holdings(held, sight, found)
    from_events(heard, sight, found)
    from_points(heard, sight, found)
    from_moves(booked, sight, found)
    return found
