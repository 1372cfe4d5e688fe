"""Choosing the people of a wave, and ending it after its last day, in the worker."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import actions as core
from regulars.server.core import queries as jobs
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.core.models import Job
from regulars.server.voice import actions, queries


@app.task(name=actions.TASK)
def draw(job_id: int) -> None:
    """Choose through the eyes of who launched the wave."""
    with scope.everything():
        job = jobs.job_by_pk(job_id)
    if job is None or job.asked_by is None or job.is_over:
        return
    with core.working(job, clock=timezone.now) as result:
        wave = queries.wave(job.asked_by, job.subject)
        if wave is None:
            return
        try:
            with scope.looking(job.asked_by):
                result |= actions.draw(wave, by=job.asked_by, at=timezone.now())
        except RegularsError as error:
            actions.fail(wave, problem=str(error), by=job.asked_by, at=timezone.now())
            raise


@app.task(name=actions.LINKS)
def write_links(job_id: int) -> None:
    """Write the links of a wave through the eyes of the person who asked for them."""
    with scope.everything():
        job = jobs.job_by_pk(job_id)
    if job is None or job.asked_by is None or job.is_over:
        return
    with core.working(job, clock=timezone.now) as result:
        with scope.looking(job.asked_by):
            wave = queries.wave(job.asked_by, job.subject)
        if wave is None:
            raise BadInput(_("The wave is not there any more."))
        result |= actions.write_links(
            job, wave, by=job.asked_by, at=timezone.now(), told=_telling(job)
        )


def _telling(job: Job) -> Callable[[int, int], None]:
    return lambda done, total: core.report_job(job, step="rows", done=done, total=total)


@app.periodic(cron="*/10 * * * *")
@app.task(name="voice.end", queueing_lock="voice.end")
def end(timestamp: int) -> None:
    """End what is past its last day. The database says which day it is, not the worker."""
    with scope.everything():
        actions.end_waves(by=WORKER, at=jobs.database_time())


@app.periodic(cron="5 * * * *")
@app.task(name="voice.panel", queueing_lock="voice.panel")
def start_panels(timestamp: int) -> None:
    """Begin the panel's waves of a quarter on its first day."""
    with scope.everything():
        actions.start_panels(by=WORKER, at=jobs.database_time())
