"""What the clock does for opportunities: signals become some, deals are proved, rates kept."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.opportunities import actions


@app.periodic(cron="20 * * * *")
@app.task(name="opportunities.keep", queueing_lock="opportunities.keep")
def keep(timestamp: int) -> None:
    """Once an hour, for facts and lists come at hours of their own; each of it once."""
    at = core.database_time()
    if core.company() is None:
        return
    today = core.local_date(at)
    with scope.everything():
        actions.find(today, by=WORKER, at=at)
    with scope.everything():
        actions.prove(by=WORKER, at=at)
    with scope.everything():
        actions.measure_stages(by=WORKER, at=at)
        actions.mark_forecast(today, by=WORKER, at=at)
