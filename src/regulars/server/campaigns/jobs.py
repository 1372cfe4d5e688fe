"""The clock of campaigns, once a minute; and the launch, which freezes many people."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.campaigns import actions, queries
from regulars.server.core import actions as work
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER

BATCHES = 60  # of one campaign in one turn; each is a transaction of its own


@app.periodic(cron="* * * * *")
@app.task(name="campaigns.advance", queueing_lock="campaigns.advance")
def advance(timestamp: int) -> None:
    """Bring every running campaign up to now; one that cannot go on pauses with its reason."""
    with scope.everything():
        found = queries.running()
    for campaign in found:
        for batch in range(BATCHES):
            with scope.everything():
                at, first = core.database_time(), batch == 0
                if not actions.advance(campaign, by=WORKER, at=at, batches=1, reads=first):
                    break


@app.task(name=actions.LAUNCH)
def launch(job_id: int) -> None:
    """Launch a campaign through the eyes of the person who asked for it."""
    with scope.everything():
        job = core.job_by_pk(job_id)
    if job is None or job.asked_by is None or job.is_over:
        return
    with work.working(job, clock=timezone.now) as result, scope.looking(job.asked_by):
        campaign = queries.one(job.asked_by, job.subject)
        if campaign is not None:
            result |= actions.launch(
                campaign, by=job.asked_by, at=timezone.now(),
                told=lambda step, done, total: work.report_job(
                    job, step=step, done=done, total=total
                ),
            )  # fmt: skip
