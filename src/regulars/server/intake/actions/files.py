"""A file arrives: it is kept below the home, looked at, and has one worker at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core import queries as company_queries
from regulars.server.core.audit import Actor
from regulars.server.core.models import ApiKey, Company, Person
from regulars.server.intake import queries, rules
from regulars.server.intake.actions.failing import note_failure
from regulars.server.intake.actions.familiar import needs_no_questions
from regulars.server.intake.actions.preparing import cut_up, look_at, prepare, unprepared
from regulars.server.intake.actions.queueing import CHECK, LOOK, ask
from regulars.server.intake.models import Import, Source
from regulars.server.intake.reader import KINDS, Sniffed, propose, sniff
from regulars.server.intake.reader.mapping import REASON_COLUMNS
from regulars.server.intake.rules import Preset

CHUNK = 1 << 20
LONGEST_NAME = 60  # letters of the file as it is kept, four bytes at most; the record shows 200
SAMPLE = 5  # rows shown beside the mapping
# From here on a look is the worker's: about a second of a workbook, of other files some.
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
HEAVY_WORKBOOK, HEAVY = 1_500_000, 60_000_000
INTERRUPTED = "interrupted"


class DemoKeepsItsData(Refused):
    """The demo's data are invented; mixing real ones in needs a word of its user."""


class InUse(Refused):
    """Another process works on this file now."""


class AlreadyLoaded(Refused):
    """A file whose rows were loaded is part of the history."""


def begin(
    file: Path | IO[bytes],
    *,
    kind: str,
    by: Actor,
    at: datetime,
    file_name: str = "",
    encoding: str = "",
    sheet: str = "",
    source: Source | None = None,
    moved: bool = False,
    into_demo: bool = False,
    ours: bool = False,
    later: bool = False,
) -> Import:
    """Keep a copy of the file, look at it and propose a mapping. Nothing is loaded.

    The mapping is that of the file's source: the one that is named, or recognised by the
    file's columns. A file that nobody else needs is `moved` instead of copied; one that we
    wrote `ours`elves a moment ago needs no process of its own to be read.
    With `later` a large one is looked at by the worker, and whoever brought it does not wait;
    one that the source has taught us to read is checked at once, without a question.

    :raises DemoKeepsItsData: this is the demo, and nobody allowed it to take files.
    :raises BadInput: the file is absent, empty, of no known format, or no table.
    """
    refuse_demo(into_demo=into_demo)
    settle_interrupted(by=by, at=at)
    name = file_name or (file.name if isinstance(file, Path) else "file")
    found = Import(kind=kind, file_name=Path(name).name[-200:], brought_at=at, source=source)
    found.brought_by = by if isinstance(by, Person) else None
    found.brought_key = by if isinstance(by, ApiKey) else None
    found.options = {"encoding": encoding, "sheet": sheet, **({"ours": True} if ours else {})}
    folder = queries.folder(found)
    try:
        found.size, found.sha256 = _keep(file, folder / "original" / _plain(name), moved=moved)
        waits = later and isinstance(by, Person) and is_heavy(found.file_name, found.size)
        if not waits:
            look(found)
        with transaction.atomic():
            found.save()
            audit.record("intake.file.brought", found, by=by, at=at, kind=kind)
            if waits and isinstance(by, Person):
                ask(found, LOOK, Import.State.LOOKING, by=by, at=at)
            elif later:
                _check_familiar(found, at=at)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return found


def is_heavy(name: str, size: int) -> bool:
    """Tell whether a look takes longer than a page may: a workbook is read whole for it."""
    packed = Path(name).suffix.lower() in WORKBOOKS
    return size > (HEAVY_WORKBOOK if packed else HEAVY)


def look_at_last(found: Import, *, at: datetime) -> Import:
    """Look at a large file for which nobody waits; then it waits for its mapping.

    One that comes for the first time and needs no questions is checked instead.

    :raises BadInput: it is of no known format, or no table.
    """
    with held(found):
        again = bool(found.reading)  # somebody wants to see it read in another way
        try:
            look(found)
            found.state = Import.State.DRAFT
            found.save()
            if not again:
                _check_familiar(found, at=at)
        except Exception as error:
            note_failure(found, error, at=at)
            raise
    return found


def _check_familiar(found: Import, *, at: datetime) -> None:
    if found.brought_by is not None and needs_no_questions(found):
        ask(found, CHECK, Import.State.CHECKING, by=found.brought_by, at=at)


def look(found: Import) -> None:
    """Write down what the kept file looks like, and which column is probably which field.

    A file of a system that is known is made over first where its preset says so.
    """
    unprepared(found)
    layout = _layout(found)
    if layout:
        cut_up(found, layout, found.options.get("encoding", ""))
    sniffed = look_at(found)
    found.reading = _described(sniffed)
    preset = _preset(found, list(sniffed.header))
    if preset is not None and preset.kind == found.kind and preset.is_prepared:
        prepare(found, preset, sniffed)
        # The format is that of the file; the columns are those that were made.
        made = _described(look_at(found))
        found.reading |= {name: made[name] for name in ("header", "sample")}
    found.reading["preset"] = preset.key if preset else ""
    if found.kind in KINDS:
        _propose(found, list(found.reading["header"]), preset)


def _described(sniffed: Sniffed) -> dict[str, Any]:
    return {
        "format": sniffed.format,
        "encoding": sniffed.encoding,
        "damaged": sniffed.damaged,
        "delimiter": sniffed.delimiter,
        "has_header": sniffed.has_header,
        "first_line": sniffed.first_line,
        "sheet": sniffed.sheet,
        "sheets": list(sniffed.sheets),
        "header": list(sniffed.header),
        "sample": [[_shown(cell) for cell in row] for row in sniffed.sample[:SAMPLE]],
        "row_estimate": sniffed.row_estimate,
    }


def _layout(found: Import) -> str:
    source = found.source
    remembered = source.options.get("layout", "") if source is not None else ""
    return str(found.options.get("layout") or remembered)


def _preset(found: Import, header: list[str]) -> Preset | None:
    """The preset of the file's source, or the one whose columns the file has."""
    if set(header) & set(REASON_COLUMNS):
        return None  # refused rows that come back were made over the first time
    named = rules.preset(found.source.preset) if found.source is not None else None
    return named or rules.whose(header, kind=found.kind) or rules.whose(header)


def _propose(found: Import, header: list[str], preset: Preset | None) -> None:
    """Propose what the file's source remembers, and what the columns' names say.

    Refused rows that come back are read as the file was in which they stood first.
    """
    found.mends = queries.whose_refusals(found.kind, header)
    if found.mends is not None:
        first = found.mends
        found.source = first.source
        found.mapping = {n: c for n, c in first.mapping.items() if not c or c in header}
        found.options = found.options | {
            "unknown": first.options.get("unknown", "stub"),
            "date_order": first.options.get("date_order", ""),
            "evidence": first.options.get("evidence", ""),
        }
        found.reading["how"] = dict.fromkeys(
            (n for n, c in found.mapping.items() if c), "given"
        )
        return
    if found.source is None:
        found.source = queries.recognised(found.kind, header)
        found.reading["recognised"] = found.source is not None
    source = found.source
    taught = source is not None and source.kind == found.kind and bool(source.header)
    given: dict[str, str] = {}
    if source is not None and taught:
        given = rules.remembered(header, source.mapping)
        gone, new = rules.differences(source.header, header)
        found.reading["gone"], found.reading["new"] = gone, new
    elif preset is not None and preset.kind == found.kind:
        given = rules.mapped(preset, header)
    if source is not None:
        said = {name: value for name, value in found.options.items() if value}
        found.options = source.options | said
    proposed = propose(header, found.kind, given)
    found.mapping = dict(proposed.columns) | {k: v for k, v in given.items() if not v}
    found.reading["how"] = dict(proposed.how)


def refuse_demo(*, into_demo: bool = False) -> None:
    """:raises DemoKeepsItsData: this is the demo, and nobody allowed it to take files."""
    if queries.demo_keeps_its_data() and not into_demo:
        raise DemoKeepsItsData(
            "This home is the demo, which keeps its own data. Open a home of your own "
            "(`regulars serve --home DIR`), or add --into-demo to mix the file in."
        )


@transaction.atomic
def ensure_company(*, name: str, by: Actor, at: datetime) -> Company:
    """Give a home that nobody has set up the least a company needs; it can be named later."""
    found = company_queries.company()
    return found or core.set_up_company(name=name, kind="retail", by=by, at=at)


@transaction.atomic
def discard(found: Import, *, by: Actor, at: datetime) -> None:
    """Forget a file that was not loaded.

    :raises AlreadyLoaded: its rows are in use.
    """
    if found.state in {Import.State.DONE, Import.State.LOADING, Import.State.WITHDRAWN}:
        raise AlreadyLoaded("The file was loaded. Take its rows out again instead.")
    folder = queries.folder(found)
    audit.record("intake.file.discarded", found, by=by, at=at)
    Import.objects.filter(pk=found.pk).delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def settle_interrupted(*, by: Actor, at: datetime) -> int:
    """Mark files whose worker died in the middle; nothing of them was loaded.

    Those with a job of their own are left to the rescue, which takes them up again.
    """
    count = 0
    for found in queries.under_way():
        try:
            with held(found):
                count += _interrupt(found, by=by, at=at)
        except InUse:
            continue
    return count


@contextmanager
def held(found: Import) -> Iterator[None]:
    """Be the only process that works on the file; the hold ends with the process.

    :raises InUse: another process works on it.
    """
    folder = queries.folder(found)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(
                f"“{found.file_name}” is being worked on already. Wait until that is done."
            ) from error
        yield


@transaction.atomic
def _interrupt(found: Import, *, by: Actor, at: datetime) -> int:
    states = (Import.State.LOOKING, Import.State.CHECKING, Import.State.LOADING)
    changed = Import.objects.filter(pk=found.pk, state__in=states).update(
        state=Import.State.FAILED, message=INTERRUPTED, ended_at=at
    )
    if changed:
        audit.record("intake.file.interrupted", found, by=by, at=at)
    return changed


def _keep(file: Path | IO[bytes], path: Path, *, moved: bool = False) -> tuple[int, str]:
    """Copy or move the file and return its size and fingerprint."""
    if isinstance(file, Path) and moved:
        path.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as stream:
            sha = hashlib.file_digest(stream, "sha256").hexdigest()
        path.hardlink_to(file)  # whoever moved it lets go of the first name once we are done
        return path.stat().st_size, sha
    if isinstance(file, Path):
        sniffable = file.is_file()
        if not sniffable:
            sniff(file)  # says in a sentence why it cannot be read
        with file.open("rb") as stream:
            return _copy(stream, path)
    return _copy(file, path)


def _copy(stream: IO[bytes], path: Path) -> tuple[int, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _plain(name: str) -> str:
    """Write a file's name so that it can be nothing but a name in our folder."""
    return re.sub(r"[^\w.\-() ]", "_", Path(name).name)[-LONGEST_NAME:].lstrip(".") or "file"


def _shown(cell: str) -> str:
    return cell.replace("\0", "")[:80]
