"""Whoever was erased is taken out of every file that was brought, and what is told of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
from django.conf import settings
from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import leftovers, scope
from regulars.server.core.custody import Known
from regulars.server.core.words import Words
from regulars.server.facts.lake import quote
from regulars.server.intake import queries
from regulars.server.intake.actions.files import held
from regulars.server.intake.actions.forgetting.originals import (
    BY_ERASURE,
    LOADED,
    NUMBERS,
    S,
    forget_original,
)
from regulars.server.intake.actions.reading import forget_errors
from regulars.server.intake.models import Import, Upload

HELD = "HeldAnErasedPerson"  # the message of a file that went before it was loaded


class HeldAnErasedPerson(Refused):
    """The file went together with somebody who was erased before it was loaded."""


def shred(known: Known) -> Mapping[str, int]:
    """Take an erased person out of every file that was brought, and what is told of it.

    :raises InUse: a file is being worked on; everything may be done again later.
    """
    words, counts = Words(known.words), {"intake.files": 0, "intake.rows": 0}
    with scope.everything():
        imports = list(Import.objects.order_by("pk"))
    for found in imports:
        with held(found), transaction.atomic():
            _shred_import(found, known, words, counts)
    counts["intake.files"] += _shred_uploads(words) + _shred_taken(words)
    return counts


def taken() -> Iterator[Path]:
    """The files that watched folders gave, loaded or refused."""
    for part in ("done", "failed"):
        yield from (Path(settings.HOME.root) / "inbox").glob(f"*/{part}/*")


def _shred_import(found: Import, known: Known, words: Words, counts: dict[str, int]) -> None:
    folder = queries.folder(found)
    rows = sum(_without(path, known, words) for path in _derived(folder))
    named = rows > 0
    originals = [*(folder / "original").glob("*"), queries.prepared(found)]
    sought = words.telling if (folder / "read" / "accepted.parquet").exists() else words
    if named or any(sought.in_file(path) for path in originals):
        counts["intake.files"] += sum(path.is_file() for path in originals)
        if found.state in LOADED:
            forget_original(found, why=BY_ERASURE, at=known.at)
        else:
            _to_be_brought_again(found)
    forget_errors(found)  # written anew, of the rows that are left
    _shred_list(queries.kept_path(found), words)
    _shred_told(found, words)
    counts["intake.rows"] += rows


def _derived(folder: Path) -> Iterator[Path]:
    """What reading and loading left beside a file."""
    for part in ("read", "undo"):
        yield from sorted((folder / part).glob("*.parquet"))


def _without(path: Path, known: Known, words: Words) -> int:
    """Leave the person's rows out of a Parquet file; return how many there were."""
    condition = words.condition(path)
    there = set(parquet.read_schema(path).names)
    if named := [name for name in NUMBERS if name in there]:
        numbers = ", ".join(quote(word) for word in known.words) or "''"
        exact = " or ".join(f"coalesce({name} in ({numbers}), false)" for name in named)
        # Beside a number's own column a short number stands for amounts and days as well.
        condition = f"({exact} or {words.telling.condition(path)})"
    if path.parent.name == "undo" and "id" in there:
        ids = ", ".join(map(str, known.customers))
        condition = f"({condition} or id in ({ids}))"
    with leftovers.workbench() as db:
        return leftovers.leave_out(db, path, condition)


def _to_be_brought_again(found: Import) -> None:
    """A file that was not loaded and holds an erased person goes; its record says why."""
    shutil.rmtree(queries.folder(found), ignore_errors=True)
    found.state, found.message, found.report = S.FAILED, HELD, {}
    found.reading |= {"sample": []}
    found.save(update_fields=["state", "message", "reading", "report"])


def _shred_list(path: Path, words: Words) -> None:
    if words.in_file(path):
        lines = path.read_text("utf-8-sig").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not words.in_text(line)), "utf-8-sig")


def _shred_told(found: Import, words: Words) -> None:
    """Take the person's values out of the record: of the sample, of examples, of messages."""
    sample = found.reading.get("sample", [])
    found.reading["sample"] = [row for row in sample if not words.in_text("\n".join(row))]
    told = json.dumps([found.report, found.undone], ensure_ascii=False)
    if words.in_text(told):
        found.report, found.undone = _blank(found.report, words), _blank(found.undone, words)
    if words.telling.in_text(found.message):
        found.message = found.message.partition(":")[0]
    if words.telling.in_text(found.file_name):
        found.file_name = "—" + Path(found.file_name).suffix
    found.save(update_fields=["reading", "report", "undone", "message", "file_name"])


def _blank(told: Any, words: Words) -> Any:
    if isinstance(told, dict):
        return {key: _blank(value, words) for key, value in told.items()}
    if isinstance(told, list):
        return [_blank(value, words) for value in told]
    return "" if isinstance(told, str) and words.in_text(told) else told


def _shred_uploads(words: Words) -> int:
    """Drop files on their way in which the person stands, or that cannot be read yet."""
    gone = 0
    for path in list(queries.uploads_folder().glob("*")):
        if path.is_file() and words.in_file(path):
            Upload.objects.filter(public_id=path.name).delete()
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _shred_taken(words: Words) -> int:
    """Drop files that a watched folder gave and in which the person stands."""
    return leftovers.delete(
        path for path in taken() if words.in_file(path) or words.telling.in_text(path.name)
    )
