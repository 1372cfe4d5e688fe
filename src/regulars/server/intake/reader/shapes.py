"""Tell the shape of a table from its first rows: separator, titles, header, columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from regulars.server.intake.reader.heads import Record, filled, head
from regulars.server.intake.reader.reasons import Notice

BLANKS = " "  # the separator of files aligned with blanks
DELIMITERS = (",", "\t", ";", "|")
SAMPLE_ROWS = 20


@dataclass(frozen=True)
class Shape:
    """The columns of a table, and where its data begin."""

    header: tuple[str, ...]
    has_header: bool
    first_line: int
    sample: tuple[tuple[str, ...], ...]
    notices: tuple[Notice, ...] = ()


def find_delimiter(lines: list[str]) -> str:
    """Choose the separator that cuts most lines into the same number of cells, above one."""
    scores = {mark: _evenness(records(lines, mark)) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    if scores[best] > 0:
        return best
    share, width = _usual(records(lines, BLANKS))
    # Blanks also stand inside names, so they count only when nearly every line agrees.
    return BLANKS if width > 1 and share >= 0.9 and len(lines) > 1 else ","


def records(lines: Iterable[str], delimiter: str) -> list[Record]:
    """Cut lines into records, without the blank ones."""
    if delimiter == BLANKS:
        cut = ((number, line.split()) for number, line in enumerate(lines, start=1))
        return [(number, row) for number, row in cut if row]
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    found: list[Record] = []
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((start, row))
            start = reader.line_num + 1
    except csv.Error:  # a quotation mark that never closes; what stands before it is enough
        pass
    return found


def shape(rows: list[Record]) -> Shape:
    """Find the header and the first row of data; columns without a name get their number."""
    _, width = _usual(rows)
    full = (i for i, (_, row) in enumerate(rows) if filled(row) >= min(2, width))
    begin = next(full, 0)
    found = head(rows[begin:])
    if found is not None:
        top = found.names
        width = max(width, len(top)) if filled(top) == len(top) else width
        names = [cell.strip() for cell in top[:width]] + [""] * (width - len(top))
        data, notices = found.data, found.notices
        last = data[0][0] if data else rows[-1][0] + 1
    else:
        names, data, notices = [""] * width, rows[begin:], ()
        last = data[0][0]
    sample = tuple(tuple(row) for _, row in data[:SAMPLE_ROWS])
    return Shape(unique(names), found is not None, last, sample, notices)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Number the columns without a name, and tell columns of the same name apart."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        named = name.strip() or str(place)
        found.append(named if named not in found else f"{named} ({place})")
    return tuple(found)


def _evenness(rows: list[Record]) -> float:
    share, width = _usual(rows)
    return share * min(width, 50) if width > 1 and share > 0.5 else 0.0


def _usual(rows: list[Record]) -> tuple[float, int]:
    """Return the most frequent width, and the share of the rows that have it."""
    if not rows:
        return 0.0, 0
    width, count = Counter(len(row) for _, row in rows).most_common(1)[0]
    return count / len(rows), width
