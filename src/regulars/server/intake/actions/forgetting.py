"""Files that were brought are let go: of a person who was erased at once, of all in their time.

Once a file is loaded nothing asks for the file itself any more, so an original in which an
erased person stands goes whole. What mending and taking out need (refused rows, traces)
stays without the person's rows. A file that was not loaded yet must be brought again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from regulars.base.errors import Refused
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.core.custody import Known
from regulars.server.core.words import Words
from regulars.server.customers import queries as customers
from regulars.server.facts.lake import quote
from regulars.server.intake import queries
from regulars.server.intake.actions.arrived import ERASED, Arrived
from regulars.server.intake.actions.files import discard, held
from regulars.server.intake.actions.reading import forget_errors
from regulars.server.intake.models import Import, Upload
from regulars.server.intake.reader import Problem
from regulars.server.intake.reader import Refused as RefusedRow
from regulars.server.intake.reader.refusals import Spool, read_refused

BY_PERIOD, BY_ERASURE = "period", "erasure"  # why an original is gone
HELD = "HeldAnErasedPerson"  # the message of a file that went before it was loaded
S = Import.State
LOADED = (S.DONE, S.UNDOING, S.WITHDRAWN)
NOT_LOADED = (S.DRAFT, S.CHECKED, S.FAILED)
NUMBERS = ("number", "customer_id")


class HeldAnErasedPerson(Refused):
    """The file went together with somebody who was erased before it was loaded."""


def forget_original(found: Import, *, why: str, at: datetime) -> None:
    """Delete a loaded file as it came, and what was made of it before reading."""
    for path in (queries.folder(found) / "original", queries.prepared(found).parent):
        shutil.rmtree(path, ignore_errors=True)
    found.reading |= {"sample": []}
    found.report |= {"original_gone": {"why": why, "at": at.isoformat()}}
    Import.objects.filter(pk=found.pk).update(reading=found.reading, report=found.report)


def hide_erased(arrived: Arrived) -> bool:
    """Blank what the reader refused of people who were erased; tell whether there is any."""
    if not customers.anybody_buried():
        return False
    path = queries.refused_paths(arrived.found)[0]
    rows = list(read_refused(path)) if path.exists() else []
    gone = customers.buried({cell for row in rows for cell in _numbers(arrived, row)})
    if gone:
        spool = Spool(path)
        spool.add([_hidden(row, arrived, gone) for row in rows])
        spool.close()
    return bool(gone) or any(row.code == ERASED for row in rows)


def _numbers(arrived: Arrived, row: RefusedRow) -> tuple[str, ...]:
    """The cells in which the customer's number may stand; any, where they do not fit."""
    header = list(arrived.sniffed.header)
    named = [arrived.mapping.columns[name] for name in NUMBERS if arrived.has(name)]
    if len(row.cells) != len(header) or not named:
        return row.cells
    return tuple(row.cells[header.index(column)] for column in named)


def _hidden(row: RefusedRow, arrived: Arrived, gone: set[str]) -> RefusedRow:
    if gone.isdisjoint(_numbers(arrived, row)):
        return row
    return RefusedRow(row.line, (), (Problem(ERASED, row.problems[0].column, "…", {}),))


def leave_out_erased(found: Import, *, at: datetime) -> None:
    """After a load that refused somebody who was erased: nothing that came with them stays."""
    by_records = queries.refused_paths(found)[1]
    accepted = queries.folder(found) / "read" / "accepted.parquet"
    if by_records.exists() and accepted.exists():
        erased = f"select line from read_parquet({quote(str(by_records))}) "
        erased += "where contains(problems, '\"erased_customer\"')"
        _rewrite(accepted, f"line in ({erased})")
    forget_original(found, why=BY_ERASURE, at=at)


# --- one person, erased


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
    with duckdb.connect(":memory:") as db:
        table = f"read_parquet({quote(str(path))})"
        there = {row[0] for row in db.execute(f"describe select * from {table}").fetchall()}
    if named := [name for name in NUMBERS if name in there]:
        numbers = ", ".join(quote(word) for word in known.words) or "''"
        exact = " or ".join(f"coalesce({name} in ({numbers}), false)" for name in named)
        # Beside a number's own column a short number stands for amounts and days as well.
        condition = f"({exact} or {words.telling.condition(path)})"
    if path.parent.name == "undo" and "id" in there:
        ids = ", ".join(map(str, known.customers))
        condition = f"({condition} or id in ({ids}))"
    return _rewrite(path, condition)


def _rewrite(path: Path, leaves: str) -> int:
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "2GB"}) as db:
        table = f"read_parquet({quote(str(path))})"
        (count,) = db.execute(f"select count(*) from {table} where {leaves}").fetchone() or (0,)
        if count:
            scratch = path.with_name(f".{path.name}.part")
            db.execute(
                f"copy (select * from {table} where not coalesce({leaves}, false)) "
                f"to {quote(str(scratch))} (format parquet, compression zstd)"
            )
            scratch.replace(path)
    return int(count)


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
    gone = 0
    for path in list(_taken()):
        if words.in_file(path) or words.telling.in_text(path.name):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _taken() -> Iterator[Path]:
    for part in ("done", "failed"):
        yield from (Path(settings.HOME.root) / "inbox").glob(f"*/{part}/*")


# --- everybody's, in their time


def old_originals(before: datetime) -> list[Import]:
    """Loaded files whose original is older than a moment."""
    found = Import.objects.filter(state__in=LOADED, ended_at__lt=before).order_by("pk")
    return [one for one in found if (queries.folder(one) / "original").is_dir()]


def drop_originals(before: datetime) -> int:
    found = old_originals(before)
    for one in found:
        forget_original(one, why=BY_PERIOD, at=before)
    return len(found)


def old_remains(before: datetime) -> list[Path]:
    """What loads before a moment left: refused rows, and what taking them out needs."""
    found = Import.objects.filter(state__in=LOADED, ended_at__lt=before).order_by("pk")
    parts = (queries.folder(one) / part for one in found for part in ("read", "undo"))
    return [path for path in parts if path.is_dir()]


def drop_remains(before: datetime) -> int:
    found = old_remains(before)
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
        for name in ("refused-zh.csv", "refused-en.csv", "kept.csv"):
            (path.parent / name).unlink(missing_ok=True)
        _forget_examples(path.parent.name)
    return len(found)


def _forget_examples(public_id: str) -> None:
    for found in Import.objects.filter(public_id=public_id):
        found.report |= {"examples": [], "remains_gone": True}
        found.save(update_fields=["report"])


def old_drafts(before: datetime) -> QuerySet[Import]:
    """Files that were brought before a moment and never loaded."""
    return Import.objects.filter(state__in=NOT_LOADED, brought_at__lt=before).order_by("pk")


def drop_drafts(before: datetime) -> int:
    found = list(old_drafts(before))
    for one in found:
        discard(one, by=WORKER, at=before)
    return len(found)


def old_taken(before: datetime) -> list[Path]:
    """Files of watched folders that were taken before a moment."""
    return [path for path in _taken() if path.is_file() and _time(path) < before]


def drop_taken(before: datetime) -> int:
    found = old_taken(before)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def counted(found: Callable[[datetime], Any]) -> Callable[[datetime], int]:
    """How many there are of what is older than a moment."""
    return lambda before: len(found(before))


def _time(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
