"""What the clock does for referrals: late ones go up; facts move them, and both are thanked."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.referrals import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="referrals.rise", queueing_lock="referrals.rise")
def rise(timestamp: int) -> None:
    """Let late ones go up, batch by batch, by the database's clock."""
    while True:
        with scope.everything():
            if not actions.rise(by=WORKER, at=core.database_time()):
                return


@app.periodic(cron="35 * * * *")
@app.task(name="referrals.keep", queueing_lock="referrals.keep")
def keep(timestamp: int) -> None:
    """Once an hour, for facts come at hours of their own; each of it once."""
    if core.company() is None:
        return
    actions.keep(by=WORKER, at=timezone.now())
