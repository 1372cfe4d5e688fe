"""Facts come in as files, are made into fewer files, and leave when nobody needs them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.facts import lake, queries
from regulars.server.facts.lake import Written
from regulars.server.facts.models import FactFile

KEPT = timedelta(days=7)  # how long a replaced file stays, for readers and for undo
MANY = 24  # files of a kind; more than this are made into one
SMALL = 50_000  # rows; whole files of a day have more, batches fewer


@dataclass(frozen=True)
class Added:
    """What a load brought: new rows, and rows that lay there already."""

    rows: int
    known: int
    file: FactFile | None


@transaction.atomic
def add(
    kind: str, select: str, *, source: str, by: Actor, at: datetime, fresh: bool = False
) -> Added:
    """Store the rows of a DuckDB SELECT (columns of `lake.COLUMNS[kind]`) that are new.

    A row whose `row_key` lies in a living file is known and left out, so the same file
    twice adds nothing. The manifest's row is part of the caller's transaction; the file
    of a transaction that fails is an orphan, which counts nowhere and is swept.
    `fresh` skips the comparison where the caller knows that nothing can be there yet.
    """
    _one_writer(kind)
    living = [] if fresh else queries.living(kind)
    db = lake.session()
    (offered,) = db.execute(f"select count(*) from ({select})").fetchone() or (0,)
    new = _new_rows(kind, select, living)
    written = lake.write(queries.folder(), kind, new)
    if written is None:
        return Added(0, int(offered), None)
    file = _enter(kind, written, source=source, at=at)
    audit.record("facts.file.added", file, by=by, at=at, rows=written.rows, source=source)
    return Added(written.rows, int(offered) - written.rows, file)


@transaction.atomic
def withdraw(source: str, *, by: Actor, at: datetime) -> int:
    """Take all facts of a source out of the living ones; the files stay a week."""
    count = FactFile.objects.filter(source=source, replaced_at__isnull=True).update(
        replaced_at=at
    )
    audit.record("facts.source.withdrawn", source, by=by, at=at, files=count)
    return count


@transaction.atomic
def compact(kind: str, *, by: Actor, at: datetime, most: int = MANY) -> FactFile | None:
    """Make one file of a kind's many, so that a timeline opens few files."""
    _one_writer(kind)
    files = list(FactFile.objects.filter(kind=kind, replaced_at__isnull=True))
    return _made_one(kind, files, by=by, at=at) if len(files) > most else None


@transaction.atomic
def gather(kind: str, *, by: Actor, at: datetime, most: int = MANY) -> FactFile | None:
    """Make one file of a kind's small ones, which batches leave; the large ones stay unread.

    Cheap enough for every few minutes, so that a day of batches does not end as thousands
    of files, each of which the next batch is compared with.
    """
    _one_writer(kind)
    living = FactFile.objects.filter(kind=kind, replaced_at__isnull=True, rows__lt=SMALL)
    files = list(living)
    return _made_one(kind, files, by=by, at=at) if len(files) > most else None


@transaction.atomic
def unname(keys: Collection[int], *, by: Actor, at: datetime) -> int:
    """Make the facts of an erased customer nobody's in every file on the disk.

    What they were and when stays, so that sums stay; by which order or account they are
    known elsewhere goes, in the files that were replaced and still lie there, too. Return
    how many rows.
    """
    count, salt = 0, secrets.token_hex(16)
    for kind in lake.COLUMNS if keys else ():
        _one_writer(kind)
        for file in FactFile.objects.filter(kind=kind).order_by("pk"):
            path = queries.folder() / file.path
            changed = lake.unname(path, kind, sorted(keys), salt=salt) if path.exists() else 0
            if changed:
                FactFile.objects.filter(pk=file.pk).update(size=path.stat().st_size)
                count += changed
    if count:
        audit.record("facts.rows.unnamed", "facts", by=by, at=at, rows=count)
    return count


def sweep(*, at: datetime) -> int:
    """Delete files that were replaced a week ago, and day-old files of no manifest."""
    gone = FactFile.objects.filter(replaced_at__lt=at - KEPT)
    removed = 0
    for relative in list(gone.values_list("path", flat=True)):
        (queries.folder() / relative).unlink(missing_ok=True)
        removed += 1
    gone.delete()
    known = set(FactFile.objects.values_list("path", flat=True))
    for path in _files():
        name = str(path.relative_to(queries.folder()))
        if name not in known and path.stat().st_mtime < (at - timedelta(days=1)).timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _made_one(kind: str, files: list[FactFile], *, by: Actor, at: datetime) -> FactFile | None:
    table = lake.source([queries.folder() / file.path for file in files], kind)
    written = lake.write(queries.folder(), kind, f"select * from {table}")
    FactFile.objects.filter(pk__in=[file.pk for file in files]).update(replaced_at=at)
    if written is None:
        return None
    made = _enter(kind, written, source="compaction", at=at)
    audit.record("facts.files.compacted", made, by=by, at=at, files=len(files))
    return made


def _new_rows(kind: str, select: str, living: list[Path]) -> str:
    if not living:
        return select
    table = lake.source(living, kind)
    return (
        f"select new.* from ({select}) new "
        f"anti join (select fact_key, row_key from {table}) old "
        "on old.row_key = new.row_key and old.fact_key = new.fact_key"
    )


def _enter(kind: str, written: Written, *, source: str, at: datetime) -> FactFile:
    return FactFile.objects.create(
        kind=kind,
        path=written.path,
        rows=written.rows,
        size=written.size,
        first_day=written.first_day,
        last_day=written.last_day,
        schema_version=lake.SCHEMA_VERSION,
        source=source[:80],
        added_at=at,
    )


def _one_writer(kind: str) -> None:
    """Let one transaction at a time add facts of a kind, or two could add the same row."""
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"facts:{kind}"])


def _files() -> list[Path]:
    root = queries.folder()
    return [path for kind in lake.COLUMNS for path in (root / kind).glob("*") if path.is_file()]
