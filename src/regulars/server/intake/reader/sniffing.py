"""Look at a file before reading it: format, encoding, separator, header, a few rows.

The format is told by the first bytes, never by the name: systems export HTML and CSV under
.xls. Titles above the header (one cell alone on its line) are skipped. A first row is a
header when it holds a name we know, or only words above rows with figures.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from regulars.server.intake.reader import columnar, sheets, vcards
from regulars.server.intake.reader.encodings import Encoding, detect, utf8_chunks
from regulars.server.intake.reader.forbidden import refuse_forbidden
from regulars.server.intake.reader.heads import Record
from regulars.server.intake.reader.mapping import is_known, known
from regulars.server.intake.reader.reasons import Notice
from regulars.server.intake.reader.shapes import (
    SAMPLE_ROWS,
    find_delimiter,
    records,
    shape,
    unique,
)
from regulars.server.intake.reader.unreadable import Unreadable

Format = Literal["csv", "tsv", "xlsx", "xls", "parquet", "vcard"]

WORKBOOK_PARTS = ("[Content_Types].xml", "mimetype", "xl/", "content.xml", "_rels/")
LOOKED_AT = 200  # lines from which separator, width and header are told
HEAD_BYTES = 1 << 20
MOST_COLUMNS = 2000
WEB_PAGE = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<!--", b"<style")
PACKED = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
NO_TABLE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90", b"{\\rtf")


class EmptyFile(Unreadable):
    """There is nothing in the file."""


class UnknownFormat(Unreadable):
    """The file is none of the formats that can be read."""


class UnknownSheet(Unreadable):
    """The workbook has no sheet of that name."""


class NoFile(Unreadable):
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
    notices: tuple[Notice, ...] = ()  # what was seen around the table

    @property
    def width(self) -> int:
        return len(self.header)


def sniff(path: Path, encoding: str | None = None, *, sheet: str | None = None) -> Sniffed:
    """Find out how a file is to be read.

    :raises Unreadable: when it is absent, empty, of an unknown format, damaged or no table
    """
    found = _look(path, encoding, sheet)
    refuse_forbidden(path.name, found.header, found.sample)
    return found


def _look(path: Path, encoding: str | None, sheet: str | None) -> Sniffed:
    head = _head(path)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile("empty", name=path.name)
    if head.startswith(b"PAR1"):
        return _parquet(path)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(path, sheet, "xlsx" if head.startswith(b"PK") else "xls")
    if vcards.is_card(head):
        return _cards(path, encoding)
    _refuse_what_is_no_table(path, head)
    return _text(path, encoding)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise NoFile("no_file", name=path, reason=error.strerror) from error


def _refuse_what_is_no_table(path: Path, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(WEB_PAGE) or (start.startswith(b"<?xml") and b"<html" in start):
        raise UnknownFormat("web_page", name=path.name)
    if start.startswith(b"<?xml"):
        raise UnknownFormat("xml_table", name=path.name)
    if head.startswith(PACKED):
        raise UnknownFormat("packed", name=path.name)
    if head.startswith(NO_TABLE):
        raise UnknownFormat("no_table", name=path.name)


def _parquet(path: Path) -> Sniffed:
    names, rows = columnar.header(path)
    batch = next(columnar.batches(path, size=SAMPLE_ROWS), None)
    sample = tuple(batch.cells(range(len(batch.lines)))) if batch else ()
    return Sniffed("parquet", unique(names), True, 1, sample, rows)


def _cards(path: Path, asked: str | None) -> Sniffed:
    encoding = vcards.encoding_of(path, asked)
    batch = next(vcards.batches(path, encoding, size=SAMPLE_ROWS))
    return Sniffed(
        "vcard",
        vcards.HEADER,
        True,
        1,
        tuple(batch.cells(range(len(batch.lines)))),
        vcards.count(path),
        encoding=encoding.name,
        damaged=encoding.damaged,
    )


def _workbook(path: Path, wanted: str | None, kind: Format) -> Sniffed:
    _refuse_plain_archive(path)
    book = sheets.Book(path)
    if wanted is not None and not book.has(wanted):
        raise UnknownSheet("no_sheet", sheet=wanted, sheets=", ".join(book.names))
    found = [_sheet(book, kind, name) for name in ([wanted] if wanted else book.names)]
    tables = [one for one in found if one]
    if not tables:
        raise EmptyFile("no_table_in_sheets", name=path.name)
    # The list of customers, not the summary beside it: most names we know, then most rows.
    return max(tables, key=_likeness)


def _likeness(one: Sniffed) -> tuple[bool, int, int]:
    return one.row_estimate > 0, known(one.header), one.row_estimate


def _sheet(book: sheets.Book, kind: Format, name: str) -> Sniffed | None:
    """Look at one sheet; None when there is no table on it."""
    rows = list(islice(book.rows(name), LOOKED_AT))
    if not _is_table(rows):
        return None
    found = shape([(line, _without_tail(cells)) for line, cells in rows])
    _refuse_width(book.path, len(found.header))
    return Sniffed(
        kind,
        found.header,
        found.has_header,
        found.first_line,
        found.sample,
        max(book.height(name) - found.first_line + 1, 0),
        sheets=tuple(book.names),
        sheet=name,
        notices=found.notices,
    )


def _refuse_plain_archive(path: Path) -> None:
    """Tell a packed file from a workbook, which is an archive too."""
    try:
        names = zipfile.ZipFile(path).namelist() if zipfile.is_zipfile(path) else []
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return
    if names and not any(name.startswith(WORKBOOK_PARTS) for name in names):
        raise UnknownFormat("packed", name=path.name)


def _refuse_width(path: Path, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise UnknownFormat(
            "too_many_columns", name=path.name, columns=columns, most=MOST_COLUMNS
        )


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
        raise EmptyFile("no_rows", name=path.name)
    found = shape(rows)
    _refuse_width(path, len(found.header))
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
        notices=found.notices,
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
