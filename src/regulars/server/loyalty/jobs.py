"""Long work of the programme: an existing one is taken in, or out again."""

from __future__ import annotations

from django.utils import timezone, translation
from procrastinate.contrib.django import app

from regulars.base.errors import RegularsError
from regulars.server.core import actions as core
from regulars.server.core import queries as jobs
from regulars.server.core import scope
from regulars.server.loyalty import actions, queries


@app.task(name=queries.OPENING)
def carry_out(job_id: int) -> None:
    """Take a file in, or out, through the eyes of the person who asked for it."""
    with scope.everything():
        job = jobs.job_by_pk(job_id)
        found = queries.opening_of(job) if job else None
    if job is None or job.asked_by is None or job.is_over or found is None:
        return
    by = job.asked_by
    with core.working(job, clock=timezone.now), translation.override(by.language or None):
        try:
            with scope.looking(by):
                actions.carry_out(found, by=by, at=timezone.now())
        except Exception as error:
            words = str(error) if isinstance(error, RegularsError) else type(error).__name__
            with scope.everything():
                actions.stand_back(found, words)
            raise
