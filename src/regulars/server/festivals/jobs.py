"""By day: wishes of tomorrow are laid down, plans of yesterday are over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.festivals import actions


@app.periodic(cron="20 * * * *")
@app.task(name="festivals.wish", queueing_lock="festivals.wish")
def wish(timestamp: int) -> None:
    """Once an hour, so that a day on which the server stood still loses no wish."""
    with scope.everything():
        at = core.database_time()
        today = core.local_date(at)
        actions.send_due(today, by=WORKER, at=at)
        actions.end_over(today, by=WORKER, at=at)
