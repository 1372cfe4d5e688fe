"""Checking and loading files in the worker; now and then, marking what was cut off."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.base.errors import RegularsError
from regulars.server.core import actions as core
from regulars.server.core import queries as jobs
from regulars.server.core.audit import WORKER, Actor
from regulars.server.core.models import Job
from regulars.server.intake import actions, queries, rules
from regulars.server.intake.models import Import, Source

log = logging.getLogger(__name__)
EVERY = 0.5  # seconds between two reports of progress


@app.task(name=actions.LOOK)
def look_file(job_id: int) -> None:
    _on_file(job_id, _look)


@app.task(name=actions.CHECK)
def check_file(job_id: int) -> None:
    _on_file(job_id, partial(_read_rows, actions.check))


@app.task(name=actions.LOAD)
def load_file(job_id: int) -> None:
    _on_file(job_id, partial(_read_rows, actions.load))


@app.task(name=actions.UNDO)
def undo_file(job_id: int) -> None:
    _on_file(job_id, _undo)


@app.task(name=actions.READ)
def read_one(job_id: int) -> None:
    """Read a folder or a database because somebody asked for it."""
    job = jobs.job_by_pk(job_id)
    source = queries.source_of_job(job) if job else None
    if job is None or source is None or job.is_over:
        return
    with core.working(job, clock=timezone.now):
        _read(source)


@app.periodic(cron="* * * * *")
@app.task(name="intake.watch", queueing_lock="intake.watch")
def watch(timestamp: int) -> None:
    """Take what was dropped into folders; read the databases whose time has come."""
    for source in queries.watched(Source.Way.FOLDER):
        _read(source)
    for source in queries.watched(Source.Way.SQL):
        if rules.is_due(source.minutes, source.last_read_at, timezone.now()):
            try:
                _read(source)
            except RegularsError as error:
                log.warning("Source %s: %s", source.public_id, type(error).__name__)


def _read(source: Source) -> None:
    if source.way == Source.Way.FOLDER:
        actions.take_folder(source, by=WORKER, at=timezone.now())
    else:
        actions.read_source(source, by=WORKER, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="intake.settle", queueing_lock="intake.settle")
def settle(timestamp: int) -> None:
    actions.settle_interrupted(by=WORKER, at=timezone.now())
    actions.sweep_uploads(at=timezone.now())


def _on_file(job_id: int, work: Callable[[Job, Import], dict[str, int]]) -> None:
    """Do what a job asks of its file, while both are there and the job is not over."""
    job = jobs.job_by_pk(job_id)
    found = queries.by_job(job) if job else None
    if job is None or found is None or job.is_over:
        return
    with core.working(job, clock=timezone.now) as result:
        result |= work(job, found)


def _look(job: Job, found: Import) -> dict[str, int]:
    core.report_job(job, step="looking")
    if found.state == Import.State.LOOKING:
        actions.look_at_last(found, at=timezone.now())
    return {}


def _read_rows(work: Callable[..., Import], job: Job, found: Import) -> dict[str, int]:
    if found.state != Import.State.DONE:  # a worker that died after the load's commit
        work(found, by=_asker(job), at=timezone.now(), progress=_telling(job))
        core.report_job(job, step="errors", done=found.rows, total=found.rows)
        actions.keep_errors(found, language=_language(job))
    return {"rows": found.rows, "added": found.added, "refused": found.refused}


def _undo(job: Job, found: Import) -> dict[str, int]:
    core.report_job(job, step="undoing")
    try:
        if found.state == Import.State.UNDOING:
            actions.undo(found, by=_asker(job), at=timezone.now())
    except Exception:
        actions.stand_as_loaded(found)
        raise
    return {"removed": found.undone.get("removed", 0)}


def _asker(job: Job) -> Actor:
    """Who asked for the work: a person, another system by its key, or nobody."""
    return job.asked_by or job.asked_key or WORKER


def _language(job: Job) -> str:
    return (job.asked_by.language if job.asked_by else "") or "zh"


def _telling(job: Job) -> actions.Progress:
    """Report how far a job is, not more often than anybody looks."""
    last = 0.0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY or done >= total:
            last = time.monotonic()
            core.report_job(job, step=step, done=done, total=total)

    return tell
