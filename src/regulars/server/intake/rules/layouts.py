"""Where the columns of a fixed-width file begin and end, in bytes, as core banks write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from regulars.base.errors import BadInput


class LayoutWrong(BadInput):
    """The lines that describe the columns cannot be understood."""


@dataclass(frozen=True)
class Cut:
    """One column: its name, its first byte counted from 1, its length, implied decimals."""

    name: str
    start: int
    length: int
    decimals: int = 0


def layout(text: str) -> tuple[Cut, ...]:
    """Read "name, first byte, length[, decimals]", one column a line.

    :raises LayoutWrong: a line says something else, or columns lie over each other.
    """
    cuts = []
    for number, line in enumerate(text.replace("，", ",").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [part.strip() for part in line.split(",")]
        figures = parts[1:]
        if len(parts) not in (3, 4) or not parts[0] or not all(p.isdecimal() for p in figures):
            raise LayoutWrong(
                f"Line {number}, “{line.strip()}”, is not name, first byte, length. "
                "Write it as CUST_NO,1,12."
            )
        cuts.append(Cut(parts[0], *map(int, figures)))
    ordered = sorted(cuts, key=lambda cut: cut.start)
    for one, two in pairwise(ordered):
        if two.start < one.start + one.length:
            raise LayoutWrong(f"The columns {one.name} and {two.name} lie over each other.")
    if not cuts or ordered[0].start < 1 or any(cut.length < 1 for cut in cuts):
        raise LayoutWrong("Bytes are counted from 1, and a column is at least one byte long.")
    return tuple(cuts)


def cut_line(line: bytes, cuts: Sequence[Cut], encoding: str) -> list[str]:
    """Cut one line; bytes that are no text in the encoding become U+FFFD and are refused."""
    cells = []
    for cut in cuts:
        raw = line[cut.start - 1 : cut.start - 1 + cut.length]
        text = raw.decode(encoding, "replace").strip(" \0\u3000")
        cells.append(_shifted(text, cut.decimals) if cut.decimals else text)
    return cells


def _shifted(text: str, decimals: int) -> str:
    """Give a number its implied decimals back: 000012345 with two is 123.45."""
    sign, digits = text[:1], text
    if text[-1:] in "+-":  # the sign may trail
        sign, digits = text[-1], text[:-1]
    digits = digits.lstrip("+-").strip()
    try:
        value = Decimal(digits).scaleb(-decimals) if digits.isdecimal() else None
    except InvalidOperation:
        return text
    if value is None:
        return text
    return f"-{value}" if sign == "-" else str(value)
