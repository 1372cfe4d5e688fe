"""Where a table begins: titles, headers of two lines, rows that explain the header.

People write for people. Above the names of the columns stands the name of the report; a
merged cell spans several columns and the names proper follow below it; below the names a
template says "必填" or "yyyy-mm-dd", or names them again in another language. None of these
lines is data, and what was passed over is said in a notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regulars.server.intake.reader.mapping import bare, is_known, known
from regulars.server.intake.reader.reasons import Notice
from regulars.server.intake.reader.vocabulary import DASHES, NOTHING

Record = tuple[int, list[str]]  # the line it starts on, its cells

# A cell that holds one of these is data, not a name: a figure, a date, a number with a unit.
FIGURE = re.compile(r"[\s'\"¥￥$€£(+\-=]*\d[\d.,:/\-\s年月日时分秒%)TZ+eE万亿元岁]*$")
HINTS = re.compile(
    r"必填|选填|非必|必须|示例|例如|例：|格式|说明|字符|不超过|单选|多选|下拉|"
    r"yyyy|required|optional|format|e\.g\.|max length|varchar|datetime|decimal|string|integer",
    re.IGNORECASE,
)
RULER = re.compile(r"[-=_*—]{2,}$")  # what database clients draw below the names
DEEPEST = 4  # lines that may explain a header
ENOUGH = 3  # rows of data from which it can be told what belongs in a column
SHOWN = 60  # characters of a line in a notice


@dataclass(frozen=True)
class Head:
    """The names of the columns, the rows below them, and what was passed over."""

    names: list[str]
    data: list[Record]
    notices: tuple[Notice, ...] = ()


def head(rows: list[Record]) -> Head | None:
    """Find the names of the columns; `rows` begins where the table does. None without any."""
    top, below = rows[0][1], rows[1:]
    if below and (joined := _two_lines(top, below[0][1])):
        seen = {
            "line": below[0][0],
            "names": ", ".join(name for name in joined if name)[:SHOWN],
        }
        found = _explained(joined, below[1:])
        return Head(
            found.names, found.data, (Notice("header_of_two_lines", seen), *found.notices)
        )
    if not _is_header(top, [row for _, row in below]):
        return None
    return _explained(top, below)


def filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_header(top: list[str], below: list[list[str]]) -> bool:
    words = [cell.strip() for cell in top if cell.strip()]
    if any(FIGURE.match(word) for word in words):
        return False
    if is_known(words) or not below:
        return True
    figures = sum(any(FIGURE.match(cell.strip()) for cell in row) for row in below)
    return figures > len(below) / 2 and len(set(words)) == len(words)


def _two_lines(top: list[str], below: list[str]) -> list[str] | None:
    """Join a line of merged cells and the line of names under it; None when they are not such.

    A merged cell leaves its right neighbours empty, and a cell merged downwards leaves the
    one below empty. Only where the joined names are better known is it a header.
    """
    width = max(len(top), len(below))
    upper, lower = (row + [""] * (width - len(row)) for row in (top, below))
    upper, lower = ([cell.strip() for cell in row] for row in (upper, lower))
    under_blanks = any(low and not up for up, low in zip(upper, lower, strict=True))
    if not under_blanks or any(FIGURE.match(cell) for cell in upper + lower if cell):
        return None
    joined = [low or up for up, low in zip(upper, lower, strict=True)]
    if known(lower) < 1 or known(joined) <= known(upper) or known(lower) * 2 < filled(lower):
        return None
    return _told_apart(joined, upper)


def _told_apart(names: list[str], upper: list[str]) -> list[str]:
    """Put the group before a name that stands under several groups: 本月 金额, 上月 金额."""
    groups: list[str] = []
    for up in upper:
        groups.append(up or (groups[-1] if groups else ""))
    bares = [bare(name) for name in names]
    return [
        f"{group} {name}" if name and group != name and bares.count(bare(name)) > 1 else name
        for name, group in zip(names, groups, strict=True)
    ]


def _explained(names: list[str], below: list[Record]) -> Head:
    """Pass over the lines that explain the header."""
    passed: list[Notice] = []
    while below and len(passed) < DEEPEST and _explains(below[0][1], below[1:]):
        line, row = below[0]
        said = ", ".join(cell.strip() for cell in row if cell.strip())[:SHOWN]
        passed.append(Notice("description_row", {"line": line, "value": said}))
        below = below[1:]
    return Head(names, below, tuple(passed))


def _explains(row: list[str], data: list[Record]) -> bool:
    """Tell a line about the columns from a line of data."""
    cells = [cell.strip() for cell in row]
    words = [cell for cell in cells if cell]
    if any(FIGURE.match(word) for word in words):
        return False
    if words and all(RULER.match(word) for word in words):
        return True
    if len(words) > 1 and known(words) * 2 > len(words):  # the names in another language
        return True
    if not data:
        return sum(bool(HINTS.search(word)) for word in words) * 2 > len(words)
    odd = [cells[place] for place in _figures(data) if place < len(cells) and cells[place]]
    odd = [cell for cell in odd if cell.casefold() not in NOTHING and cell not in DASHES]
    if any(HINTS.search(word) for word in odd or words):
        return True
    # Words where figures belong, right across the table; one bad row has them here and there.
    return len(data) >= ENOUGH and len(odd) > 1 and len(words) * 3 > len(cells) * 2


def _figures(data: list[Record]) -> list[int]:
    """The columns in which nearly every row has a figure."""
    width = max(len(row) for _, row in data)
    found = []
    for place in range(width):
        cells = [
            row[place].strip() for _, row in data if place < len(row) and row[place].strip()
        ]
        if cells and sum(bool(FIGURE.match(cell)) for cell in cells) >= 0.8 * len(cells):
            found.append(place)
    return found
