"""Tell the shape of a table from its first rows: separator, titles, header, columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from regulars.server.intake.reader.mapping import is_known
from regulars.server.intake.reader.reasons import Notice

BLANKS = " "  # the separator of files aligned with blanks
DELIMITERS = (",", "\t", ";", "|")
SAMPLE_ROWS = 20
# A row that holds one of these is data, not a header: a figure, a date, a number with a unit.
_FIGURE = re.compile(r"[\s'\"¥￥$€£(+\-=]*\d[\d.,:/\-\s年月日时分秒%)TZ+eE万亿元]*$")

Record = tuple[int, list[str]]  # the line it starts on, its cells


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
    filled = (i for i, (_, row) in enumerate(rows) if _filled(row) >= min(2, width))
    begin = next(filled, 0)
    top, below = rows[begin][1], [row for _, row in rows[begin + 1 :]]
    if has_header := _is_header(top, below):
        width = max(width, len(top)) if _filled(top) == len(top) else width
        names = [cell.strip() for cell in top[:width]] + [""] * (width - len(top))
        data = rows[begin + 1 :]
    else:
        names, data = [""] * width, rows[begin:]
    first_line = data[0][0] if data else rows[begin][0] + 1
    sample = tuple(tuple(row) for _, row in data[:SAMPLE_ROWS])
    return Shape(unique(names), has_header, first_line, sample)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Number the columns without a name, and tell columns of the same name apart."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        named = name.strip() or str(place)
        found.append(named if named not in found else f"{named} ({place})")
    return tuple(found)


def _is_header(top: list[str], below: list[list[str]]) -> bool:
    words = [cell.strip() for cell in top if cell.strip()]
    if any(_FIGURE.match(word) for word in words):
        return False
    if is_known(words) or not below:
        return True
    figures = sum(any(_FIGURE.match(cell.strip()) for cell in row) for row in below)
    return figures > len(below) / 2 and len(set(words)) == len(words)


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _evenness(rows: list[Record]) -> float:
    share, width = _usual(rows)
    return share * min(width, 50) if width > 1 and share > 0.5 else 0.0


def _usual(rows: list[Record]) -> tuple[float, int]:
    """Return the most frequent width, and the share of the rows that have it."""
    if not rows:
        return 0.0, 0
    width, count = Counter(len(row) for _, row in rows).most_common(1)[0]
    return count / len(rows), width
