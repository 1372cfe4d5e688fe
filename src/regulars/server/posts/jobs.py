"""The clock of slots, once a minute. The database says how late it is, not the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.posts import actions


@app.periodic(cron="* * * * *")
@app.task(name="posts.post", queueing_lock="posts.post", lock="posts.post")
def post(timestamp: int) -> None:
    """Let out what is due, each item by itself: who dies in between leaves the rest to the
    next minute."""
    at = core.database_time()
    with scope.everything():
        due = actions.due(at=at)
    if not due:
        return
    with scope.everything():
        actions.sort(at=at)
    for pk in due:
        with scope.everything():
            actions.post(pk, by=WORKER, at=core.database_time())


@app.periodic(cron="7 * * * *")
@app.task(name="posts.sort", queueing_lock="posts.sort", lock="posts.post")
def sort(timestamp: int) -> None:
    """Sort everybody anew, so that the counts on the pages are those of this hour."""
    with scope.everything():
        actions.sort(at=core.database_time())
