"""A file of referrals that was brought, read as rows of text."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.intake.reader.small import Upload, read_small
from regulars.server.referrals.rules import sheet

ROWS = 5_000  # what is more comes in parts, or through the API


def read_file(upload: Upload, *, language: str) -> list[sheet.Line]:
    """Read a file in a process of its own, which a bad one may kill.

    :raises BadInput: it is no table, has too many rows, or lacks a column.
    """
    header, rows = read_small(upload, most=ROWS, language=language)
    if lacks := sheet.missing(header):
        words = ", ".join(_named(name, language) for name in lacks)
        raise BadInput(
            _("The file lacks these columns: %(columns)s. Add them to its head.")
            % {"columns": words}
        )
    return list(sheet.lines(header, rows))


def columns(language: str) -> list[str]:
    """What a head may say, in the reader's language."""
    return [_named(name, language) for name in sheet.COLUMNS]


def _named(name: str, language: str) -> str:
    words = sheet.COLUMNS[name]
    chinese = next((word for word in words if not word.isascii()), words[0])
    return chinese if language == "zh" else words[0]
