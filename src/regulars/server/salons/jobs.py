"""The clock of salons: those that are over end, guests of the next days are reminded."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.salons import actions


@app.periodic(cron="*/10 * * * *")
@app.task(name="salons.close", queueing_lock="salons.close")
def close(timestamp: int) -> None:
    """End what is over."""
    with scope.everything():
        actions.close_over(by=WORKER, at=core.database_time())


@app.periodic(cron="25 * * * *")
@app.task(name="salons.remind", queueing_lock="salons.remind")
def remind(timestamp: int) -> None:
    """Remind guests; the messages wait for a fitting hour by themselves."""
    with scope.everything():
        actions.remind_all(by=WORKER, at=core.database_time())
