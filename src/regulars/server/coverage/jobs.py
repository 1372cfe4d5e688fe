"""Counting for those who look over many books, every few minutes in which something changed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import scope
from regulars.server.coverage import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="coverage.count", queueing_lock="coverage.count", lock="coverage.count")
def count(timestamp: int) -> None:
    with scope.everything():
        actions.count(clock=timezone.now, only_if_due=True)
