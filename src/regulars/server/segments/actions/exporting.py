"""A segment as a file: a job that anybody may leave and come back to.

The file holds what the list shows and every score; phone, e-mail and address are masked
for those who may not see them in full. Each export is in the audit trail with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core import rules as core_rules
from regulars.server.core.files import FORMATS, SHEET_ROWS, Rows
from regulars.server.core.models import Job, Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import asking, saved
from regulars.server.segments.queries.ground import ground

TASK = "segments.export"
BATCH = 5_000
FILE = (
    "number", "kind", "state", "name", "name_en", "gender", "birth_date", "phone", "email",
    "address", "district", "occupation", "industry", "business_class", "book", "branch",
    "since", "source", "tags",
)  # fmt: skip
Told = Callable[[int, int], None]


class ExportRefused(BadInput):
    """The export was asked for in a way that cannot be done."""


@transaction.atomic
def ask_export(found: Segment, *, format: str, reason: str, by: Person, at: datetime) -> Job:
    """Queue the export of a segment, as the asker sees it.

    :raises ExportRefused: no reason, or no format that we write.
    """
    if format not in FORMATS:
        raise ExportRefused(f"{format!r} is no format we write. Choose {', '.join(FORMATS)}.")
    if not reason.strip():
        raise ExportRefused("Say what the file is for. The reason is kept in the audit trail.")
    job = core.ask_job(saved.EXPORT, at=at, asked_by=by, subject=found.public_id)
    job.result = {"format": format, "reason": reason.strip()[:300]}
    job.save(update_fields=["result"])
    core.defer(TASK, job=job)
    audit.record(
        "segments.export.asked", found, by=by, at=at, job=job.public_id, format=format,
        reason=reason.strip()[:300],
    )  # fmt: skip
    return job


def export(job: Job, found: Segment, *, by: Person, at: datetime, told: Told) -> dict[str, Any]:
    """Write the file of a job; it has its name only when it is complete.

    Call it outside a transaction: who asked is looked at anew for each batch, so that
    whoever loses a branch gets no more rows of it from that moment on.
    """
    with scope.looking(by):
        of = ground(by, at)
        ids = asking.ids(by, asking.settle(saved.rule_of(found), of), of)
    scores = [f.column for f in of.fields.values() if f.origin == "score"]
    format = job.result.get("format", "csv")
    if format == "xlsx" and len(ids) > SHEET_ROWS:
        raise ExportRefused("A sheet holds 1,048,575 rows. Export to csv or parquet.")
    name = f"segment-{found.public_id}-{job.public_id}.{format}"
    folder = Path(settings.HOME.exports)
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{name}.part"
    try:
        rows = _rows(by, ids, of.table, scores, told)
        FORMATS[format](scratch, [*FILE, *scores], rows)
        scratch.replace(folder / name)
    finally:
        scratch.unlink(missing_ok=True)
    with scope.looking(by):
        audit.record("export.segment", found, by=by, at=at, rows=len(ids), file=name)
    return {**job.result, "file": name, "rows": len(ids)}


def downloaded(job: Job, *, by: Person, at: datetime) -> Path | None:
    """The file of an ended export, noted as taken; None when it is gone."""
    path = Path(settings.HOME.exports) / Path(str(job.result.get("file", ""))).name
    if job.state != Job.State.DONE or not path.is_file():
        return None
    audit.record("segments.export.downloaded", job, by=by, at=at, file=path.name)
    return path


def _rows(by: Person, ids: list[int], table: str, scores: list[str], told: Told) -> Rows:
    """Batches of the file joined with the scores, in the order of the ids."""
    listed = "".join(f', b."{name}"' for name in scores)
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        lake.hold("segment_some", pa.table({"customer_id": pa.array(some, pa.int64())}))
        figures = {
            row[0]: row[1:]
            for row in lake.rows(
                f"select b.customer_id{listed} from {table} b "
                "semi join segment_some using (customer_id)"
            )
        }
        viewer = _still(by)
        with scope.looking(viewer):
            people = customers.customers(viewer).in_bulk(some)
        full = viewer.may(Permission.SEE_PERSONAL)
        nothing = (None,) * len(scores)
        for pk in some:
            if pk in people:
                yield [*_file(people[pk], full=full), *figures.get(pk, nothing)]
        told(min(begin + BATCH, len(ids)), len(ids))


def _still(by: Person) -> Person:
    """The person as they are now.

    :raises ExportRefused: they may not export any more.
    """
    with scope.everything():
        found = Person.objects.select_related("org_unit").get(pk=by.pk)
    if not found.may(Permission.EXPORT):
        raise ExportRefused("You may not export any more. Ask an administrator.")
    return found


def _file(of: Customer, *, full: bool) -> list[Any]:
    return [
        of.number, of.kind, of.state, of.name, of.name_en, of.gender, of.birth_date,
        of.phone if full else of.masked_phone,
        of.email if full else of.masked_email,
        of.address if full else core_rules.mask(of.address, head=6, tail=0),
        of.district, of.occupation, of.industry, of.business_class, of.book.code,
        of.book.org_unit.code, of.since, of.source,
        ", ".join(of.tags),
    ]  # fmt: skip
