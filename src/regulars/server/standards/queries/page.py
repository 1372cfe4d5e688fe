"""The matrix as a page shows it: rows of tiers, columns of purposes, what differs here."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.server.core.models import OrgUnit
from regulars.server.standards.queries.tiers import Level, levels
from regulars.server.standards.rules import (
    LEVELS,
    ORGANIZATION,
    Line,
    Matrix,
    Purpose,
    Rhythm,
    Standard,
)


@dataclass(frozen=True)
class Place:
    """For whom a matrix is shown: a kind of customer, a place, a business class."""

    kind: str
    unit: OrgUnit | None = None
    business_class: str = ""

    @property
    def path(self) -> str:
        return self.unit.path if self.unit else ""

    @property
    def is_general(self) -> bool:
        return self.unit is None and not self.business_class

    def owns(self, line: Line) -> bool:
        """Tell whether a line is said for exactly this group."""
        return (line.kind, line.unit, line.business_class) == (
            self.kind, self.path, self.business_class,
        )  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What is done for one tier for one purpose."""

    level: int
    purpose: str
    lines: tuple[Line, ...]
    is_own: bool  # said for this place or class, and not taken from the general standard
    is_changed: bool  # otherwise than in the version that it is compared with


@dataclass(frozen=True)
class Row:
    """One tier of the page."""

    level: Level
    cells: tuple[Cell, ...]


def columns(kind: str) -> tuple[Purpose, ...]:
    """The purposes that a kind of customer has; an organisation has no birthday."""
    return tuple(p for p in Purpose if kind != ORGANIZATION or p != Purpose.GREETING)


def rows(matrix: Matrix, place: Place, *, before: Matrix | None = None) -> list[Row]:
    """Lay the matrix out for one group; with `before`, cells that differ are marked."""
    named = levels(place.kind)
    found = []
    for level in LEVELS:
        now = _standard(matrix, place, level)
        if level not in named and not now.lines:
            continue
        was = _standard(before, place, level) if before else now
        head = named.get(level, Level(level, "", None, ""))
        cells = (
            Cell(
                level,
                purpose,
                now.of(purpose),
                _is_own(matrix, place, level, purpose),
                set(now.of(purpose)) != set(was.of(purpose)),
            )
            for purpose in columns(place.kind)
        )
        found.append(Row(head, tuple(cells)))
    return found


def own_lines(matrix: Matrix, place: Place, level: int, purpose: str) -> tuple[Line, ...]:
    """What is said for exactly this group, in the order in which it was written."""
    return tuple(
        line
        for line in matrix.lines
        if line.level == level and line.purpose == purpose and place.owns(line)
    )


def exceptions(matrix: Matrix) -> list[tuple[str, str, str, int]]:
    """The groups with something of their own: (kind, path, class, how many cells)."""
    cells: dict[tuple[str, str, str], set[tuple[int, str]]] = {}
    for line in matrix.lines:
        if line.unit or line.business_class:
            group = (line.kind, line.unit, line.business_class)
            cells.setdefault(group, set()).add((line.level, line.purpose))
    return [(*group, len(found)) for group, found in sorted(cells.items())]


def _standard(matrix: Matrix, place: Place, level: int) -> Standard:
    return matrix.standard(
        level, kind=place.kind, unit=place.path, business_class=place.business_class
    )


def _is_own(matrix: Matrix, place: Place, level: int, purpose: str) -> bool:
    return not place.is_general and bool(own_lines(matrix, place, level, purpose))


def is_never(lines: tuple[Line, ...]) -> bool:
    """Tell whether a group is said to get nothing here."""
    return any(line.rhythm == Rhythm.NEVER for line in lines)
