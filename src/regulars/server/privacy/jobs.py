"""Each night, what is older than its period goes."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core.audit import NIGHTLY
from regulars.server.privacy import actions


@app.periodic(cron="15 2 * * *")
@app.task(name="privacy.sweep", queueing_lock="privacy.sweep")
def sweep(timestamp: int) -> None:
    actions.sweep(by=NIGHTLY, at=timezone.now())
