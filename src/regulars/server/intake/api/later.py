"""A batch that is kept now and loaded by the worker: asked for by `Prefer: respond-async`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from django.utils.translation import get_language

from regulars.server.core.api import KeyedRequest
from regulars.server.core.models import Job
from regulars.server.intake import actions, queries
from regulars.server.intake.api.receiving import Brought, Cells, source_name
from regulars.server.intake.api.receiving import told as told_of
from regulars.server.intake.models import Import, Source


def wanted(request: KeyedRequest) -> bool:
    """Tell whether the sender would rather ask again, and may: a part is loaded at once."""
    told = request.headers.get("Prefer", "").lower().split(",")
    preferences = {each.partition(";")[0].strip() for each in told}
    return "respond-async" in preferences and request.api_key.scope.everything


def ask(request: KeyedRequest, kind: str, rows: Sequence[Cells], *, unknown: str) -> Job:
    """Keep a batch and have the worker load it."""
    key, at = request.api_key, request.at
    source = actions.ensure_source(
        source_name(key), way=Source.Way.API, kind=kind, by=key, at=at
    )
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / f"{kind}-{at:%Y%m%d-%H%M%S}.parquet"
        _write(path, rows)
        found = actions.begin(path, kind=kind, source=source, by=key, at=at)
    found.mapping = {name: name for name in rows[0]}
    found.options["unknown"] = unknown
    actions.ask_load(found, by=key, at=at)
    assert found.job is not None
    return found.job


def told(job: Job) -> dict[str, Any]:
    """Say how far a job is."""
    return {
        "id": job.public_id,
        "kind": job.kind,
        "state": job.state,
        "step": job.step,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "asked_at": job.asked_at,
        "ended_at": job.ended_at,
        "result": _result(job) if job.state == Job.State.DONE else None,
    }


def _write(path: Path, rows: Sequence[Cells]) -> None:
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]}
    parquet.write_table(pa.table(columns), path)


def _result(job: Job) -> dict[str, Any] | None:
    found: Import | None = queries.by_job(job)
    if found is None:
        return None
    refusals = [
        {"row": one["row"], "field": p["field"], "code": p["code"], "message": p["sentence"]}
        for one in queries.refusals(found, language=get_language() or "zh")
        for p in one["problems"]
    ]
    return told_of(Brought(found.kind, found.rows, [], [], refusals, found))
