"""What the clock does each minute: ask for the night's work, rescue what is stuck."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.administration import queries
from regulars.server.administration.actions import nightly, rescue
from regulars.server.core.audit import NIGHTLY, WORKER


@app.periodic(cron="* * * * *")
@app.task(name="administration.watch_the_clock", queueing_lock="administration.clock")
def watch_the_clock(timestamp: int) -> None:
    nightly.start_if_due(by=NIGHTLY, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="administration.rescue", queueing_lock="administration.rescue")
def rescue_stalled(timestamp: int) -> None:
    rescue.rescue_stalled(by=WORKER, at=timezone.now())


@app.task(name=nightly.TASK)
def run_nightly(job_id: int) -> None:
    job = queries.job(job_id)
    if job is not None:
        nightly.run(job, _steps(), clock=timezone.now)


def _steps() -> list[nightly.Step]:
    # Imported here: the worker of a home without customers never loads the engine.
    from regulars.server.care import actions as care
    from regulars.server.scoring import actions as scoring
    from regulars.server.tiers import actions as tiers

    at = timezone.now()
    day = queries.local_date(at)

    def score(before: dict[str, Any]) -> Any:
        return scoring.run_scoring(as_of=day, publish=True, by=NIGHTLY, at=at)

    def assign(before: dict[str, Any]) -> Any:
        return tiers.assign(before["scores"], by=NIGHTLY, at=at)

    def plan(before: dict[str, Any]) -> Any:
        return care.plan(day=day, by=NIGHTLY, at=at)

    return [
        nightly.Step("scores", score, report=lambda run: {"customers": run.customers}),
        nightly.Step("tiers", assign, needs=("scores",)),
        nightly.Step("plan", plan, report=lambda made: {"day": day.isoformat()}),
    ]
