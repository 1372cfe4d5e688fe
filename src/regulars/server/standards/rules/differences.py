"""What is otherwise in one version than in another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from regulars.server.standards.rules.lines import Line
from regulars.server.standards.rules.plans import Content, Hours


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix that is otherwise: the lines before and after."""

    kind: str
    unit: str
    business_class: str
    level: int
    purpose: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]


@dataclass(frozen=True)
class Changed:
    """A plan, a treatment or an hour that is otherwise: which of its fields."""

    code: str
    before: Any
    after: Any
    names: tuple[str, ...]


@dataclass(frozen=True)
class Differences:
    """All that is otherwise, in the order of the page."""

    cells: tuple[Cell, ...]
    treatments: tuple[Changed, ...]
    plans: tuple[Changed, ...]
    hours: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.cells or self.treatments or self.plans or self.hours)

    def __len__(self) -> int:
        return sum(map(len, (self.cells, self.treatments, self.plans, self.hours)))


def differences(before: Content, after: Content) -> Differences:
    """Compare two contents cell by cell."""
    return Differences(
        cells=tuple(_cells(before.matrix.lines, after.matrix.lines)),
        treatments=tuple(_changed(before.treatments, after.treatments)),
        plans=tuple(_changed(before.plans, after.plans)),
        hours=tuple(_hours(before.hours, after.hours)),
    )


def _cells(before: Iterable[Line], after: Iterable[Line]) -> Iterable[Cell]:
    was, now = _grouped(before), _grouped(after)
    for group in sorted({*was, *now}, key=lambda g: (g[0], g[1], g[2], -g[3], g[4])):
        if set(was.get(group, ())) != set(now.get(group, ())):
            yield Cell(*group, tuple(was.get(group, ())), tuple(now.get(group, ())))


def _grouped(lines: Iterable[Line]) -> dict[tuple[str, str, str, int, str], list[Line]]:
    found: dict[tuple[str, str, str, int, str], list[Line]] = {}
    for line in lines:
        found.setdefault(line.group, []).append(line)
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Changed]:
    for code in sorted({*before, *after}):
        was, now = before.get(code), after.get(code)
        if was != now:
            yield Changed(code, was, now, _names(was, now))


def _names(was: Any, now: Any) -> tuple[str, ...]:
    if was is None or now is None:
        return ()
    return tuple(
        one.name for one in fields(was) if getattr(was, one.name) != getattr(now, one.name)
    )


def _hours(was: Hours, now: Hours) -> Iterable[Changed]:
    if was.hours_a_day != now.hours_a_day:
        yield Changed("hours_a_day", was.hours_a_day, now.hours_a_day, ())
    if was.remote_people != now.remote_people:
        yield Changed("remote_people", was.remote_people, now.remote_people, ())
    for role in sorted({*was.share, *now.share}):
        if was.share.get(role) != now.share.get(role):
            yield Changed(role, was.share.get(role), now.share.get(role), ())
