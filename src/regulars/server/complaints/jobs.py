"""The clocks of complaints, once a minute; and complaints that files told of."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.complaints import actions
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER


@app.periodic(cron="* * * * *")
@app.task(name="complaints.rise", queueing_lock="complaints.rise")
def rise(timestamp: int) -> None:
    """Let waits end and late cases go up, batch by batch, by the database's clock."""
    with scope.everything():
        at = core.database_time()
    while True:
        with scope.everything():
            if not actions.resume(by=WORKER, at=at):
                break
    last: int | None = 0
    while last is not None:
        with scope.everything():
            _moved, last = actions.rise_after(last, by=WORKER, at=at)


@app.task(name=actions.TAKE_UP, queueing_lock=actions.TAKE_UP)
def take_up() -> None:
    actions.take_up(by=WORKER, at=timezone.now())
