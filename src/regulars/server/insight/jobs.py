"""The run that a page asked for."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.insight import queries


@app.task(name="insight.run")
def run(job_id: int) -> None:
    # Imported here: the web never loads the engine for a queue it does not work on.
    from regulars.server.insight import actions

    found = queries.job(job_id)
    if found is not None:
        actions.perform(found, clock=timezone.now)
