"""A file of complaints that was brought, read as rows of text."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.complaints.rules import sheet
from regulars.server.intake.reader.small import Upload, read_small

ROWS = 5_000  # what is more comes in parts, or through the API


def read_file(upload: Upload, *, language: str) -> list[sheet.Line]:
    """Read a file in a process of its own, which a bad one may kill.

    :raises BadInput: it is no table, has too many rows, or lacks a column.
    """
    header, rows = read_small(upload, most=ROWS, language=language)
    if lacks := sheet.missing(header):
        words = ", ".join(" / ".join(sheet.COLUMNS[name][:1]) for name in lacks)
        raise BadInput(_("The file lacks these columns: %(columns)s.") % {"columns": words})
    return list(sheet.lines(header, rows))
