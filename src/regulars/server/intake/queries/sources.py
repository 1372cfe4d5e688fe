"""Sources, and files on their way from a browser."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.server.core.models import Job, Person
from regulars.server.core.rules import Permission
from regulars.server.intake import rules
from regulars.server.intake.models import Import, Source, Upload
from regulars.server.intake.queries.places import part_path


def sources(viewer: Person) -> QuerySet[Source]:
    """The remembered sources; nothing for those who may not bring files."""
    if not viewer.may(Permission.IMPORT):
        return Source.objects.none()
    return Source.objects.order_by("name", "pk")


def source_by(viewer: Person, key: str) -> Source | None:
    return sources(viewer).filter(public_id=key).first()


def source_named(name: str) -> Source | None:
    """The source of a name, however it is written."""
    return Source.objects.filter(code=rules.code(name)).first()


def source_of_job(job: Job) -> Source | None:
    """The source that a job is to read."""
    label, _colon, key = job.subject.partition(":")
    return Source.objects.filter(public_id=key).first() if label.endswith("Source") else None


def sources_with_last(viewer: Person) -> list[tuple[Source, Import | None]]:
    """Every source with its last import."""
    found = list(sources(viewer))
    newest = (
        Import.objects.filter(source__in=found)
        .order_by("source_id", "-pk")
        .distinct("source_id")
    )
    last = {one.source_id: one for one in newest}
    return [(one, last.get(one.pk)) for one in found]


def watched(way: str) -> list[Source]:
    """Sources of a way that the worker reads by itself."""
    return list(Source.objects.filter(way=way, is_active=True).order_by("pk"))


def recognised(kind: str, header: list[str]) -> Source | None:
    """The source whose files look like this one."""
    ways = (Source.Way.UPLOAD, Source.Way.FOLDER)
    known = {
        one.pk: one
        for one in Source.objects.filter(kind=kind, way__in=ways, is_active=True).order_by("pk")
    }
    described = [
        rules.Known(pk, tuple(one.header), tuple(filter(None, one.mapping.values())))
        for pk, one in known.items()
    ]
    found = rules.recognise(header, described)
    return known.get(found) if found is not None else None


def usual_rows(source: Source, *, last: int = 5) -> list[int]:
    """How many rows the last loads of a source had."""
    done = Import.objects.filter(source=source, state=Import.State.DONE, mends=None)
    return list(done.order_by("-pk").values_list("rows", flat=True)[:last])


def used_by_preset(found: Import) -> set[str]:
    """Columns that a preset made others of."""
    one, header = rules.preset(found.reading.get("preset", "")), found.reading.get("header", [])
    if one is None:
        return set()
    names = [n for pair in one.joined.values() for n in pair] + [*one.opted_out.values()]
    return {column for n in names if (column := rules.column(n, header))}


def upload(viewer: Person, key: str) -> Upload | None:
    """A file on its way, to whoever sends it."""
    if not viewer.may(Permission.IMPORT):
        return None
    return Upload.objects.filter(person=viewer, public_id=key).first()


def unfinished(viewer: Person) -> list[tuple[Upload, float]]:
    """Files that the viewer began to send, with the share that arrived."""
    found = Upload.objects.filter(person=viewer).order_by("-pk")[:5]
    return [(one, arrived_bytes(one) / one.size) for one in found]


def arrived_bytes(upload: Upload) -> int:
    path = part_path(upload)
    return path.stat().st_size if path.exists() else 0
