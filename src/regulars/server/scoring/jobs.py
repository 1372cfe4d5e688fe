"""Learning, after the scores are out."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.scoring import queries


@app.task(name="scoring.learn")
def learn(job_id: int) -> None:
    # Imported here: the web never loads the engine for a queue it does not work on.
    from regulars.server.scoring import actions

    job = queries.job(job_id)
    if job is not None:
        actions.perform_learning(job, clock=timezone.now)
