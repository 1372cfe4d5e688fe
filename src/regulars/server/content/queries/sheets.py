"""A file that was brought, read as the steps of a playbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext as _

from regulars.server.content.rules.message_sheet import message_body, places
from regulars.server.content.rules.sheet import Found, Wrong, read_sheet
from regulars.server.intake import reader
from regulars.server.intake.reader.unreadable import Unreadable

ROWS = 500  # a playbook has no more; what follows is another table


class Upload(Protocol):
    """A file as it was sent."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


@dataclass(frozen=True)
class Sheet:
    """The steps, or why the file or some of its cells cannot be read."""

    steps: tuple[Any, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    refused: str = ""


def read_file(upload: Upload, *, language: str) -> Sheet:
    """Read a file in a process of its own, which a bad one may kill."""
    with tempfile.TemporaryDirectory(prefix="regulars-playbook-") as folder:
        path = Path(folder) / "playbook"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        try:
            found = _read(path)
        except Unreadable as error:
            told = error.sentence(language)
            return Sheet(refused=told.replace(path.name, upload.name or path.name))
    if not found.steps and not found.wrong:
        return Sheet(refused=_("The file has no steps. Write one step a row."))
    return Sheet(found.steps, found.wrong)


@dataclass(frozen=True)
class MessageSheet:
    """Bodies of messages with their line and code, or why the file cannot be read."""

    rows: tuple[tuple[int, str, dict[str, Any]], ...] = ()
    refused: str = ""


def read_messages(upload: Upload, *, language: str) -> MessageSheet:
    """Read a file of messages, one a row, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="regulars-messages-") as folder:
        path = Path(folder) / "messages"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        try:
            header, rows = _table(path)
        except Unreadable as error:
            told = error.sentence(language)
            return MessageSheet(refused=told.replace(path.name, upload.name or path.name))
    where = places(header)
    if missing := [name for name in ("channel", "purpose") if name not in where]:
        said = _("There is no column “%(column)s”. Name one so, or take the example.")
        return MessageSheet(refused=said % {"column": missing[0]})
    found = []
    for line, row in rows:
        cells = {name: row[at].strip() for name, at in where.items() if at < len(row)}
        if any(cells.values()):
            found.append((line, cells.get("code", ""), message_body(cells)))
    if not found:
        return MessageSheet(refused=_("The file has no messages. Write one a row."))
    return MessageSheet(tuple(found))


def told(wrong: Wrong) -> str:
    """What is wrong with a cell, with its row and what to do."""
    sentences = {
        "no_column": _("There is no column “%(column)s”. Name one so, or take the example."),
        "bad_day": _("Row %(line)s: “%(value)s” is no number of days. Write 7 or D7."),
        "empty": _("Row %(line)s: the purpose is empty. Say what the step is for."),
        "bad_channel": _(
            "Row %(line)s: “%(value)s” is no channel. Write call, visit, wecom, sms, email or "
            "branch."
        ),
        "bad_minutes": _("Row %(line)s: “%(value)s” are no minutes. Write 1 to 480."),
        "bad_answer": _("Row %(line)s: “%(value)s” is no kind of answer to a question."),
        "no_choices": _("Row %(line)s: a question has nothing to choose from."),
    }
    return sentences[wrong.problem] % {
        "line": wrong.line, "column": wrong.column, "value": wrong.value,
    }  # fmt: skip


def _read(path: Path) -> Found:
    return read_sheet(*_table(path))


def _table(path: Path) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    sniffed = reader.sniff(path)
    rows: list[tuple[int, Sequence[str]]] = []
    for batch in reader.source(path, sniffed):
        cells = batch.cells(range(len(batch.lines)))
        rows += zip((int(line) for line in batch.lines), cells, strict=True)
        if len(rows) > ROWS:
            break
    header: Sequence[str] = sniffed.header
    if not sniffed.has_header and rows:  # only words above only words
        header, rows = rows[0][1], rows[1:]
    return header, rows[:ROWS]
