"""The clock of topics, once a minute. The database says how late it is, not the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.topics import actions


@app.periodic(cron="* * * * *")
@app.task(name="topics.expire", queueing_lock="topics.expire")
def expire(timestamp: int) -> None:
    """Close what has come to its end, batch by batch."""
    while True:
        with scope.everything():
            if not actions.expire(by=WORKER, at=core.database_time()):
                return
