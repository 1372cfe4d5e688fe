"""The lot of a month is drawn once the month is over, by night and for everybody."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.training import actions

# Nights of a month in which the one before it is drawn: a worker may have been off.
NIGHTS = 10


@app.periodic(cron="40 20 * * *")
@app.task(name="training.draw", queueing_lock="training.draw")
def draw(timestamp: int) -> None:
    """Draw the samples of the month that is over; what was drawn already stays."""
    with scope.everything():
        at = core.database_time()
        today = core.local_date(at)
        if today.day <= NIGHTS:
            actions.draw_all(add_months(today.replace(day=1), -1), by=WORKER, at=at)
