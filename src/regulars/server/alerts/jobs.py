"""The clock of alerts, once a minute. The database says how late it is, not the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.alerts import actions
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER


@app.periodic(cron="* * * * *")
@app.task(name="alerts.escalate", queueing_lock="alerts.escalate")
def escalate(timestamp: int) -> None:
    """Take what is late up the line, batch by batch."""
    while True:
        with scope.everything():
            if not actions.escalate(by=WORKER, at=core.database_time()):
                return
