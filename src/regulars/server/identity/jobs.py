"""Looking for doubles in the worker: when somebody asks, and each week by itself."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core.audit import WORKER


@app.task(name="identity.search")
def search(job_id: int) -> None:
    # Imported here: the web never loads the matcher for a queue it does not work on.
    from regulars.server.identity import actions

    job = core.job_by_pk(job_id)
    if job is not None:
        actions.perform_search(job, clock=timezone.now)


@app.periodic(cron="30 3 * * 0")
@app.task(name="identity.weekly", queueing_lock="identity.weekly")
def weekly(timestamp: int) -> None:
    from regulars.server.identity import actions

    actions.ask_search(by=WORKER, at=timezone.now())
