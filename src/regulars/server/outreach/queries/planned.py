"""The marketing calendar: every feature tells what it plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time

from regulars.server.core.models import Person
from regulars.server.outreach.rules import Planned

Source = Callable[[Person, date, date], Iterable[Planned]]
_sources: list[Source] = []


def add(source: Source) -> None:
    """Tell who knows what is planned from a day to another; said twice it counts once."""
    if source not in _sources:
        _sources.append(source)


def planned(viewer: Person, first: date, last: date) -> list[Planned]:
    """What touches the days from `first` to `last`, whole days first, then by the clock."""
    found = [each for source in _sources for each in source(viewer, first, last)]
    near = [each for each in found if each.day <= last and (each.last or each.day) >= first]
    return sorted(near, key=lambda one: (one.day, one.at or time.min, one.kind, one.title))
