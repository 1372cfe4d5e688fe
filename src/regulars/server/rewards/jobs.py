"""Long work of benefits: coupons for everybody of a segment."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import actions as core
from regulars.server.core import queries as jobs
from regulars.server.core import scope
from regulars.server.rewards import actions, queries
from regulars.server.segments import queries as segments


@app.task(name=queries.MANY)
def give_many(job_id: int) -> None:
    """Give a segment its coupons through the eyes of the person who asked for it."""
    with scope.everything():
        job = jobs.job_by_pk(job_id)
    if job is None or job.asked_by is None or job.is_over:
        return
    with core.working(job, clock=timezone.now) as result:
        with scope.looking(job.asked_by):
            batch = queries.batch(job.asked_by, job.subject)
            found = segments.segment(job.asked_by, str(job.result.get("segment", "")))
        if batch is None or found is None:
            raise actions.NotOffered("The segment is not shared with you any more.")
        result |= actions.give_many(
            job, batch, found, by=job.asked_by, at=timezone.now(),
            told=lambda done, total: core.report_job(
                job, step="coupons", done=done, total=total
            ),
        )  # fmt: skip
