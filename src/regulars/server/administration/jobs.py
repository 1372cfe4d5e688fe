"""What the clock does each minute: ask for the night's work, rescue what is stuck."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.administration import queries
from regulars.server.administration.actions import nightly, rescue
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import NIGHTLY, WORKER


@app.periodic(cron="* * * * *")
@app.task(name="administration.watch_the_clock", queueing_lock="administration.clock")
def watch_the_clock(timestamp: int) -> None:
    nightly.start_if_due(by=NIGHTLY, at=core.database_time())


@app.periodic(cron="* * * * *")
@app.task(name="administration.rescue", queueing_lock="administration.rescue")
def rescue_stalled(timestamp: int) -> None:
    rescue.rescue_stalled(by=WORKER, at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="administration.gather_facts", queueing_lock="administration.gather_facts")
def gather_facts(timestamp: int) -> None:
    """Make few files of the many small ones that the API's batches leave."""
    from regulars.server.facts import actions as facts
    from regulars.server.facts.lake import COLUMNS

    for kind in COLUMNS:
        with scope.everything():
            facts.gather(kind, by=WORKER, at=timezone.now())


@app.task(name=nightly.TASK)
def run_nightly(job_id: int) -> None:
    job = queries.job(job_id)
    if job is not None:
        nightly.run(job, _steps(), clock=timezone.now)


def _steps() -> list[nightly.Step]:
    return [
        nightly.Step("scores", _score, report=lambda run: {"customers": run.customers}),
        nightly.Step("tiers", _assign, needs=("scores",)),
        nightly.Step("learn", _learn, needs=("scores",)),
        nightly.Step("files", _measure, report=lambda moved: {"moved": moved}),
        nightly.Step("points", _points, report=lambda morning: morning.told()),
        nightly.Step("coupons", _coupons, report=lambda ended: {"coupons": ended}),
        nightly.Step("experiments", _experiments, report=lambda read: {"read": read}),
        nightly.Step("books", _books),
        nightly.Step("plan", _plan, report=lambda made: {"day": made.day.isoformat()}),
        nightly.Step("facts", _tidy, report=lambda removed: {"removed": removed}),
    ]


# The features are imported where they work: the clock's own tasks never load the engine.


def _score(before: dict[str, Any]) -> Any:
    from regulars.server.scoring import actions as scoring

    return scoring.run_scoring(publish=True, by=NIGHTLY, at=timezone.now())


def _assign(before: dict[str, Any]) -> Any:
    from regulars.server.tiers import actions as tiers

    with scope.everything():
        return tiers.assign(before["scores"], by=NIGHTLY, at=timezone.now())


def _learn(before: dict[str, Any]) -> Any:
    from regulars.server.scoring import actions as scoring

    return scoring.learn(before["scores"], by=NIGHTLY, at=timezone.now())


def _measure(before: dict[str, Any]) -> int:
    """Say of every file how complete it is, under the tiers of this night."""
    from regulars.server.insight import actions as insight

    return insight.measure_files(by=NIGHTLY, at=timezone.now())


def _points(before: dict[str, Any]) -> Any:
    """Earn, let come due and expire: before the lists, which remind of what ends."""
    from regulars.server.loyalty import actions as loyalty

    with scope.everything():
        return loyalty.earn_from_facts(by=NIGHTLY, at=core.database_time())


def _coupons(before: dict[str, Any]) -> int:
    """Let coupons end whose last day is over."""
    from regulars.server.rewards import actions as rewards

    with scope.everything():
        return rewards.expire(by=NIGHTLY, at=core.database_time())


def _experiments(before: dict[str, Any]) -> int:
    """Read every running experiment whose next look is due."""
    from regulars.server.experiments import actions as experiments

    with scope.everything():
        return experiments.read_all(by=NIGHTLY, at=core.database_time())


def _books(before: dict[str, Any]) -> None:
    """Look whether points add up; what does not is a finding of the night."""
    from regulars.server.loyalty import queries as loyalty

    with scope.everything():
        loyalty.check()


def _tidy(before: dict[str, Any]) -> int:
    """Make few fact files of many, and delete those that nobody needs any more."""
    from regulars.server.facts import actions as facts
    from regulars.server.facts.lake import COLUMNS

    at = timezone.now()
    for kind in COLUMNS:
        with scope.everything():
            facts.compact(kind, by=NIGHTLY, at=at)
    with scope.everything():
        removed = facts.sweep(at=at)
    from regulars.server.scoring import actions as scoring

    with scope.everything():
        return removed + scoring.sweep_sums()


def _plan(before: dict[str, Any]) -> Any:
    from regulars.server.care import actions as care

    at = core.database_time()
    return care.plan(day=queries.local_date(at), by=NIGHTLY, at=at)
