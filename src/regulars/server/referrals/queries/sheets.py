"""A file of referrals that was brought, read as rows of text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader.unreadable import Unreadable
from regulars.server.referrals.rules import sheet

ROWS = 5_000  # what is more comes in parts, or through the API


class Upload(Protocol):
    """A file as it was sent."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def read_file(upload: Upload, *, language: str) -> list[sheet.Line]:
    """Read a file in a process of its own, which a bad one may kill.

    :raises BadInput: it is no table, has too many rows, or lacks a column.
    """
    with tempfile.TemporaryDirectory(prefix="regulars-referrals-") as folder:
        path = Path(folder) / "referrals"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        try:
            header, rows = _read(path)
        except Unreadable as error:
            told = error.sentence(language).replace(path.name, upload.name or path.name)
            raise BadInput(told) from error
    if len(rows) > ROWS:
        raise BadInput(_("The file has more than %(n)s rows. Send it in parts.") % {"n": ROWS})
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


def _read(path: Path) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    sniffed = reader.sniff(path)
    rows: list[tuple[int, Sequence[str]]] = []
    for batch in reader.source(path, sniffed):
        cells = batch.cells(range(len(batch.lines)))
        rows += zip((int(line) for line in batch.lines), cells, strict=True)
        if len(rows) > ROWS + 1:
            break
    header: Sequence[str] = sniffed.header
    if not sniffed.has_header and rows:  # only words above only words
        header, rows = rows[0][1], rows[1:]
    return header, rows
