"""Rows of XLSX, XLSB, XLS and ODS workbooks as text cells, through calamine.

A spreadsheet keeps every number as a float of which it shows 15 digits. So 17850.0 becomes
"17850", 0.1 + 0.2 becomes "0.3", and a number of 16 digits or more, of which the last are
lost already, is written with an exponent: good enough for an amount, refused as an id.

A formula counts with the value that was saved with it, and an error cell such as #N/A is
empty. Rows that a filter hides are rows; sheets that are hidden are not offered.

calamine sets aside a cell for every place between the outermost two. A workbook of 5 KB with
one cell at A1 and one at XFD1048576 asks for hundreds of gigabytes and ends the process, so
nothing here is called outside the sandbox; `refuse_sprawl` says afterwards what it was.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import python_calamine as calamine

from regulars.server.intake.reader.batches import Batch, Refused, from_rows
from regulars.server.intake.reader.reasons import Problem
from regulars.server.intake.reader.unreadable import Unreadable

ROWS_A_BATCH = 50_000
EXACT = 10**15  # from here on a spreadsheet's number has lost digits
SPRAWL = 50  # how many empty cells a sheet may span for each full one
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_SHEET = b"sheetData"  # what holds the cells, in whatever part of the archive


class UnreadableWorkbook(Unreadable):
    """The file is no workbook, is damaged, protected, or built to exhaust memory."""


class Book:
    """An open workbook. A sheet is read whole, so ask for one at a time."""

    def __init__(self, path: Path) -> None:
        self.path, self._open = path, _open(path)
        self._name = ""
        self._sheet: calamine.CalamineSheet | None = None  # the one that was read last

    @property
    def names(self) -> list[str]:
        """The sheets that a person sees, or all where none is to be seen."""
        return self.visible or list(self._open.sheet_names)

    @property
    def visible(self) -> list[str]:
        shown = calamine.SheetVisibleEnum.Visible
        return [sheet.name for sheet in self._open.sheets_metadata if sheet.visible == shown]

    def has(self, sheet: str) -> bool:
        return sheet in self._open.sheet_names

    def height(self, sheet: str) -> int:
        """Return the number of the last row in use."""
        last = self._read(sheet).end  # counted from 0; None where the sheet is empty
        return last[0] + 1 if last else 0

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that is not empty as text, with its number in the sheet."""
        opened = self._read(sheet)
        margin = [""] * (opened.start or (0, 0))[1]
        with _calamine(sheet):
            for number, row in enumerate(opened.iter_rows(), start=1):
                cells = margin + [text(cell) for cell in row]
                if any(cells):
                    yield number, cells

    def _read(self, sheet: str) -> calamine.CalamineSheet:
        if self._sheet is not None and self._name == sheet:
            return self._sheet
        self._sheet = None  # let the memory go first
        with _calamine(sheet):
            found = self._open.get_sheet_by_name(sheet)
        self._name, self._sheet = sheet, found
        return found


def batches(path: Path, sheet: str, *, width: int, first_line: int) -> Iterator[Batch]:
    """Yield the rows of a sheet from a line on."""
    lines: list[int] = []
    good: list[list[str]] = []
    broken: list[Refused] = []
    for number, cells in Book(path).rows(sheet):
        if number < first_line:
            continue
        if any(cells[width:]) or "\0" in "".join(cells):
            broken.append(_misshapen(number, cells, width))
            continue
        lines.append(number)
        good.append(cells[:width] + [""] * (width - len(cells)))
        if len(good) >= ROWS_A_BATCH:
            yield from_rows(lines, good, width, broken)
            lines, good, broken = [], [], []
    yield from_rows(lines, good, width, broken)


def text(cell: object) -> str:
    """Write a cell as a person would type it."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int() | float():
            return _number(cell)
        case dt.datetime():
            return cell.isoformat(
                sep=" ", timespec="microseconds" if cell.microsecond else "seconds"
            )
        case dt.date() | dt.time():
            return cell.isoformat()
        case None:
            return ""
        case _:
            return str(cell)


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if abs(value) >= EXACT:
        return f"{value:.14e}"
    if value == int(value):
        return str(int(value))
    short = f"{value:.15g}"
    return short if "e" not in short else f"{value:.20f}".rstrip("0")


def _misshapen(number: int, cells: list[str], width: int) -> Refused:
    if "\0" in "".join(cells):
        return Refused(number, tuple(cells), (Problem("nul_byte"),))
    found = max(index for index, cell in enumerate(cells, start=1) if cell)
    problem = Problem("row_too_long", params={"found": found, "expected": width})
    return Refused(number, tuple(cells), (problem,))


def _open(path: Path) -> calamine.CalamineWorkbook:
    try:
        # By the path calamine would believe the name; a file in hand it looks into.
        with path.open("rb") as file:
            return calamine.CalamineWorkbook.from_filelike(file)
    except calamine.PasswordError as error:
        raise UnreadableWorkbook("protected", name=path.name) from error
    except BaseException as error:
        if not _is_calamine(error):
            raise
        raise UnreadableWorkbook(
            "damaged_workbook", name=path.name, reason=_said(error)
        ) from error


@contextmanager
def _calamine(sheet: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not _is_calamine(error):
            raise
        raise UnreadableWorkbook("damaged_sheet", sheet=sheet, reason=_said(error)) from error


def _is_calamine(error: BaseException) -> bool:
    # A panic in its Rust code arrives as a class of its own that is not an Exception.
    known = (calamine.CalamineError, OSError, ValueError, OverflowError)
    return isinstance(error, known) or type(error).__name__ == "PanicException"


def _said(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200]


def refuse_sprawl(path: Path) -> None:
    """Refuse a workbook whose few cells lie so far apart that reading it takes all memory.

    :raises UnreadableWorkbook: with the number of cells spanned and filled
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                # The workbook says which part is a sheet, so its name tells nothing.
                _refuse_sprawling_sheet(archive, part)
    except (
        zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError,
        NotImplementedError,
    ):  # fmt: skip
        return  # damaged, and calamine has said so


def _refuse_sprawling_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    cells, widest, tallest, is_sheet = 0, 0, 0, False
    tail = b""
    with archive.open(part) as file:
        while chunk := file.read(1 << 20):
            is_sheet = is_sheet or _SHEET in tail + chunk
            places = _PLACE.findall(tail + chunk)
            tail = chunk[-40:]
            cells += len(places)
            widest = max([widest, *map(_column, {letters for letters, _ in places})])
            tallest = max([tallest, *(int(row) for _, row in places)])
    span = widest * tallest
    if is_sheet and span > max(cells, 1000) * SPRAWL:
        raise UnreadableWorkbook("far_cells", span=span, filled=cells)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
