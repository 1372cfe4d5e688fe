"""A large file arrives in parts; one that breaks off goes on where it stopped.

How much arrived is the size of the part on disk, whatever a browser or a dead server
believes. A part that nobody goes on with is swept after two days.
"""

from __future__ import annotations

import fcntl
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.db import transaction

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.intake import queries
from regulars.server.intake.actions.files import begin, refuse_demo
from regulars.server.intake.models import Import, Source, Upload

CHUNK = 1 << 20
LARGEST = 64 << 30  # bytes of one file
PATIENCE = timedelta(days=2)


class TooLarge(BadInput):
    """The file is empty, or larger than any this system takes."""


class OutOfStep(Refused):
    """The part does not begin where the last one ended; `at` says where that is."""

    def __init__(self, at: int) -> None:
        super().__init__(f"The file arrived up to byte {at}. Go on from there.")
        self.at = at


class NotWhole(Refused):
    """The file has not arrived to its end."""


class Stream(Protocol):
    """What a request's body is read from."""

    def read(self, size: int, /) -> bytes: ...


@transaction.atomic
def begin_upload(
    *, file_name: str, size: int, mark: str, kind: str, by: Person, at: datetime
) -> Upload:
    """Begin to take a file, or go on with the same one where it stopped.

    :raises TooLarge: it is empty or beyond all bounds.
    :raises DemoKeepsItsData: this is the demo, and nobody allowed it to take files.
    """
    refuse_demo()
    if not 0 < size <= LARGEST:
        raise TooLarge(f"A file of {size} bytes cannot be taken. Choose another one.")
    same = {"person": by, "file_name": file_name[-200:], "size": size, "mark": mark[:80]}
    found, made = Upload.objects.update_or_create(
        **same, defaults={"kind": kind, "touched_at": at}, create_defaults={
            **same, "kind": kind, "begun_at": at, "touched_at": at,
        },
    )  # fmt: skip
    if made:
        audit.record("intake.upload.begun", found, by=by, at=at, kind=kind, size=size)
    return found


def take_part(upload: Upload, body: Stream, *, offset: int, at: datetime) -> int:
    """Add what arrives to the file; return how much of it is there now.

    :raises OutOfStep: the part begins elsewhere than where the file ends.
    """
    path = queries.part_path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        there = os.fstat(out.fileno()).st_size
        if offset != there:
            raise OutOfStep(there)
        while there < upload.size and (chunk := body.read(min(CHUNK, upload.size - there))):
            there += out.write(chunk)
    Upload.objects.filter(pk=upload.pk).update(touched_at=at)
    return there


def end_upload(
    upload: Upload, *, by: Person, at: datetime, source: Source | None = None
) -> Import:
    """Make an import of a file that arrived whole.

    :raises NotWhole: some of it is missing.
    :raises BadInput: it is no table.
    """
    # Held: who presses twice makes one import.
    if not Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).exists():
        raise NotWhole("An import was made of this file already. Look into the history.")
    path = queries.part_path(upload)
    there = queries.arrived_bytes(upload)
    if there != upload.size:
        raise NotWhole(f"{there} of {upload.size} bytes arrived. Go on with the rest.")
    try:
        found = begin(
            path, kind=upload.kind, file_name=upload.file_name, source=source, moved=True,
            later=True, by=by, at=at,
        )  # fmt: skip
    finally:
        _drop(upload)
    return found


def drop_upload(upload: Upload, *, by: Person, at: datetime) -> None:
    """Forget a file on its way."""
    audit.record("intake.upload.dropped", upload, by=by, at=at)
    _drop(upload)


def sweep_uploads(*, at: datetime) -> int:
    """Forget files that nobody goes on with, and parts of no upload."""
    old = list(Upload.objects.filter(touched_at__lt=at - PATIENCE).order_by("pk"))
    for upload in old:
        _drop(upload)
    known = {queries.part_path(one).name for one in Upload.objects.order_by("pk")}
    limit = (at - PATIENCE).timestamp()
    for path in queries.uploads_folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
    return len(old)


def _drop(upload: Upload) -> None:
    path: Path = queries.part_path(upload)
    Upload.objects.filter(pk=upload.pk).delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
