"""Look at a file before reading it: format, encoding, separator, header, a few rows.

The format is told by the first bytes, never by the name: systems export HTML and CSV under
.xls. Titles above the header (one cell alone on its line) are skipped. A first row is a
header when it holds a name we know, or only words above rows with figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from regulars.base.errors import BadInput
from regulars.server.intake.reader import columnar, sheets
from regulars.server.intake.reader.encodings import Encoding, detect, utf8_chunks
from regulars.server.intake.reader.mapping import is_known
from regulars.server.intake.reader.shapes import (
    SAMPLE_ROWS,
    Record,
    find_delimiter,
    records,
    shape,
    unique,
)

Format = Literal["csv", "tsv", "xlsx", "xls", "parquet"]

LOOKED_AT = 200  # lines from which separator, width and header are told
HEAD_BYTES = 1 << 20
MOST_COLUMNS = 2000
WEB_PAGE = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")
NO_TABLE = (b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff")


class EmptyFile(BadInput):
    """There is nothing in the file."""


class UnknownFormat(BadInput):
    """The file is none of the formats that can be read."""


class UnknownSheet(BadInput):
    """The workbook has no sheet of that name."""


class NoFile(BadInput):
    """There is no such file, or it may not be read."""


@dataclass(frozen=True)
class Sniffed:
    """What a file looks like. `first_line` is the line of the first data row, from 1."""

    format: Format
    header: tuple[str, ...]
    has_header: bool
    first_line: int
    sample: tuple[tuple[str, ...], ...]
    row_estimate: int
    encoding: str = ""
    damaged: bool = False  # some bytes are not valid in the encoding
    delimiter: str = ""  # " " where columns are aligned with blanks
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    @property
    def width(self) -> int:
        return len(self.header)


def sniff(path: Path, encoding: str | None = None, *, sheet: str | None = None) -> Sniffed:
    """Find out how a file is to be read.

    :raises BadInput: when it is absent, empty, of an unknown format, damaged or no table
    """
    head = _head(path)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile(f"“{path.name}” is empty. Choose another file.")
    if head.startswith(b"PAR1"):
        return _parquet(path)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(path, sheet, "xlsx" if head.startswith(b"PK") else "xls")
    _refuse_what_is_no_table(path, head)
    return _text(path, encoding)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise NoFile(f"“{path}” cannot be read ({error.strerror}). Check the path.") from error


def _refuse_what_is_no_table(path: Path, head: bytes) -> None:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGE):
        raise UnknownFormat(
            f"“{path.name}” is a web page, whatever its name says. Open it in a spreadsheet "
            "and save it as XLSX or CSV."
        )
    if head.startswith(NO_TABLE):
        raise UnknownFormat(
            f"“{path.name}” is no table. Unpack it, or export CSV, TSV, XLSX, XLS or Parquet."
        )


def _parquet(path: Path) -> Sniffed:
    names, rows = columnar.header(path)
    batch = next(columnar.batches(path, size=SAMPLE_ROWS), None)
    sample = tuple(batch.cells(range(len(batch.lines)))) if batch else ()
    return Sniffed("parquet", unique(names), True, 1, sample, rows)


def _workbook(path: Path, wanted: str | None, kind: Format) -> Sniffed:
    names = sheets.names(path)
    if wanted is not None and wanted not in names:
        raise UnknownSheet(
            f"The workbook has no sheet “{wanted}”; it has {', '.join(names)}. Choose one."
        )
    for name in [wanted] if wanted else names:
        rows = list(islice(sheets.rows(path, name), LOOKED_AT))
        if not _is_table(rows):
            continue
        found = shape([(line, _without_tail(cells)) for line, cells in rows])
        return Sniffed(
            kind,
            found.header,
            found.has_header,
            found.first_line,
            found.sample,
            max(sheets.height(path, name) - found.first_line + 1, 0),
            sheets=tuple(names),
            sheet=name,
        )
    raise EmptyFile(f"No sheet of “{path.name}” has a table in it. Choose another file.")


def _is_table(rows: list[Record]) -> bool:
    """Tell a table from a page of notes, which has one cell in each row."""
    return any(sum(map(bool, cells)) > 1 for _, cells in rows) or (
        bool(rows) and is_known(rows[0][1])
    )


def _without_tail(cells: list[str]) -> list[str]:
    # Sheets are as wide as their widest row; only the cells in use tell a row's width.
    filled = [index for index, cell in enumerate(cells, start=1) if cell.strip()]
    return cells[: max(filled)] if filled else []


def _text(path: Path, asked: str | None) -> Sniffed:
    encoding = detect(path, asked)
    lines, count = _lines(path, encoding)
    delimiter = find_delimiter([line for line in lines if line.strip()])
    rows = records(lines, delimiter)
    if not rows:
        raise EmptyFile(f"“{path.name}” has no rows. Choose another file.")
    found = shape(rows)
    if len(found.header) > MOST_COLUMNS:
        raise UnknownFormat(
            f"“{path.name}” seems to have {len(found.header)} columns; at most {MOST_COLUMNS} "
            "can be read. Check the separator."
        )
    return Sniffed(
        "tsv" if delimiter == "\t" else "csv",
        found.header,
        found.has_header,
        found.first_line,
        found.sample,
        max(count - found.first_line + 1, 0),
        encoding=encoding.name,
        damaged=encoding.damaged,
        delimiter=delimiter,
    )


def _lines(path: Path, encoding: Encoding) -> tuple[list[str], int]:
    """Return the first lines, and the number of all lines."""
    head, count, last = b"", 0, b"\n"
    for chunk in utf8_chunks(path, encoding):
        if len(head) < HEAD_BYTES:
            head += chunk[:HEAD_BYTES]
        count += max(chunk.count(b"\n"), chunk.count(b"\r"))
        last = chunk[-1:] or last
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")[:LOOKED_AT]
    if len(head) >= HEAD_BYTES and len(lines) > 1 and len(lines) < LOOKED_AT:
        lines.pop()  # the head ends in the middle of it
    return lines, count + (last not in b"\r\n")
