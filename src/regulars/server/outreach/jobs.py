"""Once a minute: what no manager confirmed in time is closed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.outreach import actions


@app.periodic(cron="* * * * *")
@app.task(name="outreach.end", queueing_lock="outreach.end")
def end(timestamp: int) -> None:
    """The database says what time it is, not the worker."""
    with scope.everything():
        actions.end_over(at=core.database_time())
