"""Long work of segments: the board, and files that somebody asked for."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import actions as core
from regulars.server.core import queries as jobs
from regulars.server.core import scope
from regulars.server.core.models import Job
from regulars.server.segments import actions, queries
from regulars.server.segments.actions.exporting import TASK

EVERY = 0.5  # seconds between two reports of progress


@app.periodic(cron="* * * * *")
@app.task(name="segments.board", queueing_lock="segments.board", lock="segments.board")
def keep_the_board(timestamp: int) -> None:
    actions.make_board(at=timezone.now(), only_if_due=True)


@app.task(name=TASK)
def export(job_id: int) -> None:
    """Write one export through the eyes of the person who asked for it."""
    with scope.everything():
        job = jobs.job_by_pk(job_id)
    if job is None or job.asked_by is None or job.is_over:
        return
    with core.working(job, clock=timezone.now) as result:
        with scope.looking(job.asked_by):
            found = queries.segment(job.asked_by, job.subject)
        if found is None:
            raise actions.ExportRefused("The segment is not shared with you any more.")
        result |= actions.export(
            job, found, by=job.asked_by, at=timezone.now(), told=_telling(job)
        )


def _telling(job: Job) -> Callable[[int, int], None]:
    """Report at most twice a second."""
    last = 0.0

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            core.report_job(job, step="rows", done=done, total=total)

    return told
