"""Watched folders: a file that was dropped and is complete is taken, once.

A file is complete when a marker `NAME.done` lies beside it, or when its size and time have
not changed between two looks and it is a minute old. Taken files lie in `done`; those that
could not be loaded in `failed`, with the reason beside them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core.audit import Actor
from regulars.server.intake import queries
from regulars.server.intake.actions.files import begin
from regulars.server.intake.actions.sources import note_read
from regulars.server.intake.actions.work import load
from regulars.server.intake.models import Import, Source
from regulars.server.intake.reader.forbidden import ForbiddenData

LONGEST = 255  # bytes of a file's name
STILL = 60.0  # seconds without a change
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".swp")
MARK = ".done"


class ColumnsChanged(BadInput):
    """A file lacks a column by which its source is known; nobody is there to be asked."""


def take_folder(source: Source, *, by: Actor, at: datetime) -> list[Import]:
    """Load every complete file of a source's folder; return what was made of them."""
    folder = queries.inbox(source)
    for name in ("done", "failed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    taken = []
    for path in _complete(folder, at=at):
        found, reason = _take(path, source, by=by, at=at)
        if found is not None and "original_gone" in found.report:
            _drop(path)  # it holds somebody who was erased
        elif reason.startswith(ForbiddenData.__name__):
            _drop(path)  # it holds what must never lie here; only the reason stays
            _say_why(folder / "failed", path.name, reason, at=at)
        else:
            _put_away(path, folder / ("failed" if reason else "done"), reason, at=at)
        note_read(source, at=at, message=reason)
        if found is not None:
            taken.append(found)
    return taken


def load_alone(found: Import, *, by: Actor, at: datetime) -> Import:
    """Load a file that nobody looks at first.

    :raises ColumnsChanged: a column is gone that its source knows.
    """
    source = found.source
    gone = set(found.reading.get("gone", []))
    lost = [c for c in (source.mapping.values() if source else ()) if c and c in gone]
    if lost:
        raise ColumnsChanged(
            f"The columns {', '.join(lost)} are gone. Bring this file by hand once and say "
            "which columns it has now."
        )
    return load(found, by=by, at=at)


def _take(path: Path, source: Source, *, by: Actor, at: datetime) -> tuple[Import | None, str]:
    with path.open("rb") as stream:
        sha = hashlib.file_digest(stream, "sha256").hexdigest()
    same = Import.objects.filter(source=source, sha256=sha, state=Import.State.DONE).first()
    if same is not None:  # a worker died between loading it and putting it away
        return same, ""
    found = None
    try:
        found = begin(
            path, kind=source.kind, source=source, file_name=_readable(path.name), by=by, at=at
        )
        return load_alone(found, by=by, at=at), ""
    except RegularsError as error:
        return found, f"{type(error).__name__}: {error}"


def _complete(folder: Path, *, at: datetime) -> Iterator[Path]:
    """Yield the files that nobody is writing any more; remember the others for next time."""
    notes = folder / ".seen.json"
    before = json.loads(notes.read_text("utf-8")) if notes.exists() else {}
    seen: dict[str, list[float]] = {}
    there = {path.name for path in folder.iterdir()}
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.is_symlink() or path.name.startswith("."):
            continue
        if path.suffix.lower() in (*UNFINISHED, MARK):
            continue
        stat = path.stat()
        seen[path.name] = [stat.st_size, stat.st_mtime]
        marked = path.name + MARK in there
        still = before.get(path.name) == seen[path.name]
        if marked or (still and at.timestamp() - stat.st_mtime >= STILL):
            yield path
            seen.pop(path.name)
    scratch = notes.with_suffix(".new")
    scratch.write_text(json.dumps(seen), "utf-8")
    scratch.replace(notes)


def _drop(path: Path) -> None:
    path.unlink()
    path.with_name(path.name + MARK).unlink(missing_ok=True)


def _say_why(where: Path, name: str, reason: str, *, at: datetime) -> None:
    told = where / f"{at:%Y%m%d-%H%M%S}-{_short(name)}.reason.txt"
    told.write_text(reason + "\n", "utf-8")


def _put_away(path: Path, where: Path, reason: str, *, at: datetime) -> None:
    stamp, nth = f"{at:%Y%m%d-%H%M%S}", 1
    name = _short(path.name)
    while (kept := where / f"{stamp}-{name}").exists():
        nth += 1
        stamp = f"{at:%Y%m%d-%H%M%S}-{nth}"
    os.replace(path, kept)
    with suppress(FileNotFoundError):
        if len(os.fsencode(path.name + MARK)) <= LONGEST:
            path.with_name(path.name + MARK).unlink()
    if reason:
        kept.with_name(kept.name + ".reason.txt").write_text(reason + "\n", "utf-8")


def _readable(name: str) -> str:
    """A file's name as text: of one that is no UTF-8, as a Windows server writes it, GBK."""
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _short(name: str) -> str:
    """The end of a name, so that a stamp before it and a reason behind it find room."""
    while len(os.fsencode(name)) > LONGEST - 40:
        name = name[1:]
    return name
