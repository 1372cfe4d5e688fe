"""Long work of tiers: sort everybody anew after a scheme changed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import actions as core
from regulars.server.core import queries as jobs
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import actions

TASK = "tiers.assign"


@app.task(name=TASK)
def assign_again(job_id: int) -> None:
    """Put the current run's customers into the tiers in force."""
    with scope.everything():
        job = jobs.job_by_pk(job_id)
    if job is None:
        return
    with core.working(job, clock=timezone.now), scope.everything():
        run = scoring.current_run()
        if run is not None:
            actions.assign(run, by=WORKER, at=timezone.now())
