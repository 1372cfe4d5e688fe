"""Facts that cannot wait: looked at when they arrive, and again when their minutes are over."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.care import actions, queries
from regulars.server.core.audit import WORKER


@app.task(name=actions.HEAR, queueing_lock=actions.HEAR)
def hear() -> None:
    actions.hear(by=WORKER, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="care.hear_late", queueing_lock="care.hear_late")
def hear_late(timestamp: int) -> None:
    """What waits some minutes, such as a cart, and what a lost job left."""
    at = timezone.now()
    if queries.facts_came(at):
        actions.hear(by=WORKER, at=at)
