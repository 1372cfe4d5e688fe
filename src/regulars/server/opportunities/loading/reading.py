"""A small file of rows: a sheet, or text with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput

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
    table = _sheet(data) if name.lower().endswith((".xlsx", ".xls")) else _text(data)
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


def _sheet(data: bytes) -> list[list[str]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, OSError) as error:
        raise Unreadable(_("This is no sheet that can be read.")) from error
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


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
