"""RFM types against an attribute: shares and index, with the engine's rules for small rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from regulars.engine.intervals import wilson
from regulars.server.insight.rules.figures import FEWEST


@dataclass(frozen=True)
class Cell:
    """Customers of one type with one value of the attribute.

    `index` is 100 times their share of the type over the share of everybody; `differs` says
    that 100 lies outside its 95 % interval. In a row of few customers it never does.
    """

    row: str
    column: str
    customers: int
    share: float
    index: float | None
    differs: bool
    small: bool


@dataclass(frozen=True)
class Cross:
    """The whole table; `association` is Cramér's V, 0 to 1."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    customers: int
    cells: Mapping[tuple[str, str], Cell]
    association: float | None


def cross(
    counts: Mapping[tuple[str, str], int], *, rows: Sequence[str], columns: Sequence[str]
) -> Cross:
    """Make the table of (row, column) counts; rows that nobody stands in are left out."""
    totals = {row: sum(counts.get((row, each), 0) for each in columns) for row in rows}
    shown = tuple(row for row in rows if totals[row])
    below = {each: sum(counts.get((row, each), 0) for row in shown) for each in columns}
    whole = sum(below.values())
    cells = {
        (row, each): _cell(
            row, each, counts.get((row, each), 0), totals[row], below[each] / whole
        )
        for row in shown
        for each in columns
    }
    named = {row: totals[row] for row in shown}
    association = _association(cells, named, below, whole)
    return Cross(shown, tuple(columns), named, below, whole, cells, association)


def _cell(row: str, column: str, count: int, total: int, base: float) -> Cell:
    low, high = wilson(count, total)
    small = total < FEWEST
    return Cell(
        row,
        column,
        count,
        count / total,
        round(100.0 * count / total / base, 1) if base > 0 else None,
        differs=not small and (low > base or high < base),
        small=small,
    )


def _association(
    cells: Mapping[tuple[str, str], Cell],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    whole: int,
) -> float | None:
    known = {name: n for name, n in columns.items() if n}
    smaller = min(len(rows), len(known)) - 1
    if smaller < 1:
        return None
    chi = 0.0
    for row, total in rows.items():
        for column, below in known.items():
            expected = total * below / whole
            chi += (cells[row, column].customers - expected) ** 2 / expected
    return round(sqrt(chi / (whole * smaller)), 4)
