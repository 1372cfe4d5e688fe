"""Rows of XLSX and XLS workbooks as text cells, through calamine.

A spreadsheet keeps every number as a float of which it shows 15 digits. So 17850.0 becomes
"17850", 0.1 + 0.2 becomes "0.3", and a number of 16 digits or more, of which the last are
lost already, is written with an exponent: good enough for an amount, refused as an id.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine

from regulars.base.errors import BadInput
from regulars.server.intake.reader.batches import Batch, Refused, from_rows
from regulars.server.intake.reader.reasons import Problem

ROWS_A_BATCH = 50_000
EXACT = 10**15  # from here on a spreadsheet's number has lost digits
MOST_CELLS = 200_000_000
SPRAWL = 50  # how many empty cells a sheet may span for each full one
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_SHEET = b"sheetData"  # what holds the cells, in whatever part of the archive


class UnreadableWorkbook(BadInput):
    """The file is no workbook, is damaged, protected, or built to exhaust memory."""


def names(path: Path) -> list[str]:
    """List the sheets of a workbook."""
    return list(_open(path).sheet_names)


def height(path: Path, sheet: str) -> int:
    """Return the number of the last row in use."""
    return int(_open(path).get_sheet_by_name(sheet).total_height)


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty as text, with its number in the sheet."""
    _refuse_sprawl(path)
    try:
        opened = _open(path).get_sheet_by_name(sheet)
        margin = [""] * (opened.start or (0, 0))[1]
        for number, row in enumerate(opened.iter_rows(), start=1):
            cells = margin + [text(cell) for cell in row]
            if any(cells):
                yield number, cells
    except UnreadableWorkbook:
        raise
    except BaseException as error:
        if not _is_calamine(error):
            raise
        raise UnreadableWorkbook(
            f"The sheet “{sheet}” cannot be read ({error}). Open the workbook, save it again "
            "as XLSX or CSV, and load that file."
        ) from error


def batches(path: Path, sheet: str, *, width: int, first_line: int) -> Iterator[Batch]:
    """Yield the rows of a sheet from a line on."""
    lines: list[int] = []
    good: list[list[str]] = []
    broken: list[Refused] = []
    for number, cells in rows(path, sheet):
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
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as error:
        raise UnreadableWorkbook(
            f"“{path.name}” is protected by a password. Remove the password and load it again."
        ) from error
    except BaseException as error:
        if not _is_calamine(error):
            raise
        raise UnreadableWorkbook(
            f"“{path.name}” is no workbook this system can read ({error}). Open it, save it "
            "again as XLSX or CSV, and load that file."
        ) from error


def _is_calamine(error: BaseException) -> bool:
    # A panic in its Rust code arrives as a class of its own that is not an Exception.
    known = (calamine.CalamineError, OSError, ValueError, OverflowError)
    return isinstance(error, known) or type(error).__name__ == "PanicException"


def _refuse_sprawl(path: Path) -> None:
    """Refuse a workbook whose few cells lie so far apart that reading it would take all memory.

    calamine sets aside a cell for every place between the outermost two; a workbook of 5 KB
    with one cell at A1 and one at XFD1048576 would ask for hundreds of gigabytes.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # calamine says what is wrong with it
    with archive:
        for part in archive.infolist():
            # The workbook says which part is a sheet, so its name tells nothing.
            _refuse_sprawling_sheet(archive, part)


def _refuse_sprawling_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    cells, widest, tallest, is_sheet = 0, 0, 0, False
    tail = b""
    try:
        with archive.open(part) as file:
            while chunk := file.read(1 << 20):
                is_sheet = is_sheet or _SHEET in tail + chunk
                places = _PLACE.findall(tail + chunk)
                tail = chunk[-40:]
                cells += len(places)
                widest = max([widest, *map(_column, {letters for letters, _ in places})])
                tallest = max([tallest, *(int(row) for _, row in places)])
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        RuntimeError,
        ValueError,
        EOFError,
    ) as error:
        raise UnreadableWorkbook(
            f"The workbook is damaged ({error}). Open it, save it again and load that file."
        ) from error
    if is_sheet and widest * tallest > min(MOST_CELLS, max(cells, 1000) * SPRAWL):
        raise UnreadableWorkbook(
            f"The sheet spans {widest * tallest:,} cells but fills only {cells:,} of them. "
            "Delete the empty rows and columns around the table and save the workbook again."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
