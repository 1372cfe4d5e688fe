"""Each night, what is older than its period goes."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core.audit import NIGHTLY, WORKER
from regulars.server.privacy import actions


@app.periodic(cron="15 2 * * *")
@app.task(name="privacy.sweep", queueing_lock="privacy.sweep")
def sweep(timestamp: int) -> None:
    actions.sweep(by=NIGHTLY, at=timezone.now())


@app.periodic(cron="5 0 * * *")  # eight in the morning in China
@app.task(name="privacy.remind", queueing_lock="privacy.remind")
def remind(timestamp: int) -> None:
    """Tell other systems which requests are due; the pages count them by themselves."""
    actions.remind(at=timezone.now())


@app.task(name=actions.SHRED, queueing_lock=actions.SHRED)
def shred() -> None:
    """Search the files for whoever was erased a moment ago."""
    actions.shred(by=WORKER, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="privacy.shred_again", queueing_lock="privacy.shred_again")
def shred_again(timestamp: int) -> None:
    """Go on where a search was cut off, or a file was being worked on."""
    actions.shred(by=WORKER, at=timezone.now())
