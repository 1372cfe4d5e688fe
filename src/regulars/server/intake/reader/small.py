"""A file of some thousand rows that was sent with a form, read whole as rows of text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader.unreadable import Unreadable

Rows = list[tuple[int, Sequence[str]]]


class Upload(Protocol):
    """A file as it was sent."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def read_small(upload: Upload, *, most: int, language: str) -> tuple[Sequence[str], Rows]:
    """The head of a file, and its rows with their lines; a process of its own reads it.

    :raises BadInput: it is no table, or has more than `most` rows.
    """
    with tempfile.TemporaryDirectory(prefix="regulars-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        try:
            header, rows = _read(path, most)
        except Unreadable as error:
            told = error.sentence(language).replace(path.name, upload.name or path.name)
            raise BadInput(told) from error
    if len(rows) > most:
        raise BadInput(_("The file has more than %(n)s rows. Send it in parts.") % {"n": most})
    return header, rows


def _read(path: Path, most: int) -> tuple[Sequence[str], Rows]:
    sniffed = reader.sniff(path)
    rows: Rows = []
    for batch in reader.source(path, sniffed):
        cells = batch.cells(range(len(batch.lines)))
        rows += zip((int(line) for line in batch.lines), cells, strict=True)
        if len(rows) > most + 1:
            break
    header: Sequence[str] = sniffed.header
    if not sniffed.has_header and rows:  # only words above only words
        header, rows = rows[0][1], rows[1:]
    return header, rows
