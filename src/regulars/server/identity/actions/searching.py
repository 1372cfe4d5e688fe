"""Looks through all files for doubles: asked for by a person, and each night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core.audit import WORKER, Actor
from regulars.server.core.models import Job, Person
from regulars.server.identity import queries
from regulars.server.identity.actions.deciding import propose

SEARCH = "identity.search"


@transaction.atomic
def ask_search(*, by: Actor, at: datetime) -> Job:
    """Queue a look through all files; asked twice, it looks once."""
    waiting = queries.search_under_way()
    if waiting is not None:
        return waiting
    job = core.ask_job(SEARCH, at=at, asked_by=by if isinstance(by, Person) else None)
    core.defer(SEARCH, job=job, lock=SEARCH)
    audit.record("identity.search.asked", job, by=by, at=at)
    return job


def perform_search(job: Job, *, clock: Callable[[], datetime]) -> None:
    """Look through all files and keep what looks alike."""
    from regulars.server.identity import bridge  # here: it loads the matcher

    if job.is_over:
        return
    with core.working(job, clock=clock) as result, scope.everything():
        found = bridge.find()
        new, gone = propose(found, by=job.asked_by or WORKER, at=clock())
        result |= {"found": len(found), "new": new, "gone": gone}
