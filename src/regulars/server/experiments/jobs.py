"""The nightly look: every running experiment whose next reading is due."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import scope
from regulars.server.core.audit import NIGHTLY
from regulars.server.experiments import actions


@app.periodic(cron="40 3 * * *")
@app.task(name="experiments.read", queueing_lock="experiments.read")
def read(timestamp: int) -> None:
    with scope.everything():
        actions.read_all(by=NIGHTLY, at=timezone.now())
