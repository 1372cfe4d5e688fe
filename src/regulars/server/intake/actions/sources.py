"""A source remembers how its files are read, so that the next one needs no questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.intake import rules
from regulars.server.intake.models import Import, Source

READ = "intake.read"
# Options that a source keeps.
REMEMBERED = ("unknown", "encoding", "sheet", "layout", "date_order")


class NameTaken(Refused):
    """Another source has that name."""


class NotReadable(Refused):
    """Nothing is there that could be read without somebody's hand."""


class SourceInUse(Refused):
    """Its imports are part of the history."""


@transaction.atomic
def add_source(
    *,
    name: str,
    kind: str,
    by: Actor,
    at: datetime,
    way: str = Source.Way.UPLOAD,
    preset: str = "",
    **fields: Any,
) -> Source:
    """Open a source.

    :raises NameTaken: another one has that name.
    """
    code = rules.code(name)
    if Source.objects.filter(code=code).exists():
        raise NameTaken(f"There is a source “{name}” already. Choose another name.")
    made = Source.objects.create(
        name=name.strip(), code=code, kind=kind, way=way, preset=preset, added_at=at, **fields
    )
    audit.record("intake.source.added", made, by=by, at=at, way=way, kind=kind)
    return made


def ensure_source(name: str, *, way: str, kind: str, by: Actor, at: datetime) -> Source:
    """Return the source of that name and kind of rows, opened where there is none."""
    code = rules.code(f"{name} {kind}")
    found = Source.objects.filter(code=code).first()
    return found or add_source(name=f"{name} {kind}", kind=kind, way=way, by=by, at=at)


@transaction.atomic
def change_source(source: Source, *, by: Actor, at: datetime, **changes: Any) -> Source:
    """Change what is remembered of a source.

    :raises NameTaken: another one has the new name.
    """
    named = [name for name, value in changes.items() if getattr(source, name) != value]
    others = Source.objects.exclude(pk=source.pk)
    if "name" in named and others.filter(name__iexact=changes["name"].strip()).exists():
        raise NameTaken(f"There is a source “{changes['name']}” already. Choose another name.")
    for name in named:
        setattr(source, name, changes[name])
    if named:
        source.save(update_fields=named)
        audit.record("intake.source.changed", source, by=by, at=at, fields=sorted(named))
    return source


@transaction.atomic
def forget_source(source: Source, *, by: Actor, at: datetime) -> None:
    """Forget a source from which nothing was loaded; others are only switched off.

    :raises SourceInUse: its imports are part of the history.
    """
    if source.imports.exclude(state__in=(Import.State.DRAFT, Import.State.FAILED)).exists():
        raise SourceInUse(
            f"Rows of “{source}” are on file, so it stays. Switch it off instead."
        )
    source.imports.update(source=None)
    audit.record("intake.source.forgotten", source, by=by, at=at)
    Source.objects.filter(pk=source.pk).delete()


def note_read(source: Source, *, at: datetime, message: str) -> None:
    """Say when a source was read, and why nothing came of it."""
    source.last_read_at, source.message = at, message[:2000]
    source.save(update_fields=["last_read_at", "message"])


@transaction.atomic
def ask_read(source: Source, *, by: Person, at: datetime) -> None:
    """Have the worker read a folder or a database now.

    :raises NotReadable: its files are brought by hand, or it is switched off.
    """
    if source.way not in (Source.Way.FOLDER, Source.Way.SQL) or not source.is_active:
        raise NotReadable(f"“{source}” is not read by itself. Bring its file by hand.")
    job = core.ask_job(
        "import", at=at, asked_by=by, subject=f"{source._meta.label}:{source.public_id}"
    )
    core.defer(READ, job=job)


def learn(found: Import, *, by: Actor, at: datetime) -> None:
    """Let an import's source remember the mapping by which it was loaded."""
    source = found.source
    if source is None or source.way == Source.Way.API:
        return
    said = {name: found.options[name] for name in REMEMBERED if name in found.options}
    options = {name: value for name, value in (source.options | said).items() if value}
    change_source(
        source,
        kind=found.kind,
        mapping=dict(found.mapping),
        header=list(found.reading["header"]),
        options=options,
        by=by,
        at=at,
    )
