"""A small file of rows: a sheet, or text with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.intake import reader

MOST = 5_000  # rows of one file; what is larger comes through the API
BYTES = 5_000_000


class Unreadable(BadInput):
    """The file is no table that we read."""


def read(name: str, data: bytes) -> list[Mapping[str, str]]:
    """Rows by the names of their columns, in lower case and without blanks around.

    :raises Unreadable: it is no sheet and no text, too large, or has no head.
    """
    if len(data) > BYTES:
        raise Unreadable(_("The file is too large. Send it in parts, or through the API."))
    table = _sheet(name, data) if name.lower().endswith((".xlsx", ".xls")) else _text(data)
    if len(table) < 2:
        raise Unreadable(_("The file has no rows below its head."))
    if len(table) - 1 > MOST:
        told = _("The file has more than %(n)s rows. Send it in parts.")
        raise Unreadable(told % {"n": MOST})
    head = [cell.strip().lower() for cell in table[0]]
    return [
        dict(zip(head, (cell.strip() for cell in row), strict=False))
        for row in table[1:]
        if any(cell.strip() for cell in row)
    ]


def _sheet(name: str, data: bytes) -> list[list[str]]:
    """Read in a process of its own, which a bad workbook may take down: never this one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(name).suffix.lower()}"
        path.write_bytes(data)
        try:
            sniffed = reader.sniff(path)
            rows = [
                [(cell or "").removesuffix(" 00:00:00") for cell in row]
                for batch in reader.source(path, sniffed)
                for row in batch.cells(range(len(batch.lines)))
            ]
        except reader.Unreadable as error:
            raise Unreadable(str(error)) from error
    return [list(sniffed.header), *rows]


def _text(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.splitlines()[0] if text.strip() else ""
        mark = max(",;\t", key=first.count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    raise Unreadable(_("This is no text that can be read. Save it as UTF-8 or as a sheet."))
