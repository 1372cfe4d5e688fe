"""Asking for a run of a date, and the work that makes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core.audit import WORKER
from regulars.server.core.models import Job, Person
from regulars.server.insight import queries
from regulars.server.scoring import actions as scoring
from regulars.server.scoring import queries as scores
from regulars.server.scoring.models import Run
from regulars.server.tiers import actions as tiers
from regulars.server.tiers import queries as sorted_by


class ReasonMissing(BadInput):
    """A sensitive attribute was asked for without a reason."""


TASK = "insight.run"
STEPS = ("snapshot", "engine", "history", "frame", "publish", "tiers")
Clock = Callable[[], datetime]


@transaction.atomic
def ask_run(*, as_of: date, by: Person, at: datetime) -> Job:
    """Queue the run of a date, stored beside the current one; asked twice, it runs once."""
    return _ask(as_of.isoformat(), by=by, at=at)


@transaction.atomic
def ask_current(*, by: Person, at: datetime) -> Job:
    """Queue a run of the last day of the facts whose scores everybody will see."""
    return _ask(queries.CURRENT, by=by, at=at)


def ask_learning(run: Run, *, by: Person, at: datetime) -> Job:
    """Queue the learning of a run; asked twice, it runs once."""
    return scoring.ask_learning(run, by=by, at=at)


@transaction.atomic
def admit(attribute: str, *, run: Run, reason: str, by: Person, at: datetime) -> str:
    """Write down why somebody looks at a sensitive attribute; return the reason kept.

    :raises ReasonMissing: nothing was said.
    """
    said = " ".join(reason.split())[:300]
    if not said:
        raise ReasonMissing("A sensitive attribute is used for a reason only. Say why.")
    audit.record(
        "insight.sensitive.used", run, by=by, at=at, attribute=attribute, reason=said
    )  # fmt: skip
    return said


def perform(job: Job, *, clock: Clock) -> None:
    """Make the run and its tiers, and write down how far it is."""
    if job.is_over:
        return
    with core.working(job, clock=clock) as result:
        run = _run(job, clock=clock)
        _report(job, "tiers")
        _sort(run, by=job.asked_by or WORKER, at=clock())
        if run.is_current:
            scoring.ask_learning(run, by=job.asked_by or WORKER, at=clock())
        result["run"] = run.public_id


def _ask(subject: str, *, by: Person, at: datetime) -> Job:
    waiting = queries.under_way(subject)
    if waiting is not None:
        return waiting
    job = core.ask_job(queries.SCORING, at=at, asked_by=by, subject=subject)
    core.defer(TASK, job=job, lock=TASK)
    audit.record("insight.run.asked", job, by=by, at=at, date=subject)
    return job


def _run(job: Job, *, clock: Clock) -> Run:
    publish = job.subject == queries.CURRENT
    as_of = None if publish else date.fromisoformat(job.subject)
    return scoring.run_scoring(
        by=job.asked_by or WORKER,
        at=clock(),
        as_of=as_of,
        publish=publish,
        progress=lambda step: _report(job, step),
    )


def _sort(run: Run, *, by: audit.Actor, at: datetime) -> None:
    with scope.everything():
        found = sorted_by.tier_run_of(run)
        if found is None or found.versions != queries.in_force():
            tiers.assign(scores.runs().get(pk=run.pk), by=by, at=at)


def _report(job: Job, step: str) -> None:
    done = STEPS.index(step) if step in STEPS else 0
    core.report_job(job, step=step, done=done, total=len(STEPS))
