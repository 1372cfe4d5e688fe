"""The clock of promises, once a minute. The database says how late it is, not the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.promises import actions


@app.periodic(cron="* * * * *")
@app.task(name="promises.lapse", queueing_lock="promises.lapse")
def lapse(timestamp: int) -> None:
    """Break what is not done in time, batch by batch."""
    while True:
        with scope.everything():
            if not actions.lapse(by=WORKER, at=core.database_time()):
                return
