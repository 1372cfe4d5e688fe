"""The night's work: scores, tiers and the day's cards, once per local date."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from regulars.base.errors import Refused, RegularsError
from regulars.server.administration import queries, rules
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Job, Person

TASK = "administration.nightly"
log = logging.getLogger(__name__)


class AlreadyRunning(Refused):
    """The night's work is under way or waiting."""


@dataclass(frozen=True)
class Step:
    """One part of the work. `run` gets what the parts before returned, by name."""

    name: str
    run: Callable[[dict[str, Any]], Any]
    needs: tuple[str, ...] = ()
    report: Callable[[Any], dict[str, Any]] = field(default=lambda answer: {})


def start_if_due(*, by: Actor, at: datetime) -> Job | None:
    """Queue the night's work if its hour has come and it was not begun on this date."""
    day = queries.day_due(at)
    if day is None:
        return None
    try:
        with transaction.atomic():
            return _ask(by=by, at=at, once_key=rules.nightly_key(day))
    except IntegrityError:  # once_key: somebody else asked in the same second
        return None


@transaction.atomic
def start_now(*, by: Person, at: datetime) -> Job:
    """Queue the same work at a person's wish.

    :raises AlreadyRunning: it is under way or waiting.
    """
    if queries.nightly_under_way():
        raise AlreadyRunning("The night's work is under way. Wait until it is done.")
    return _ask(by=by, at=at, once_key=None)


def run(job: Job, steps: Sequence[Step], *, clock: Callable[[], datetime]) -> None:
    """Do the steps in order and write down how far it is.

    A step that fails takes along only those that need it: without new scores there is
    still a list for the morning. What nobody expected is raised again at the end.
    """
    if job.is_over:
        return
    core.start_job(job, at=clock())
    answers: dict[str, Any] = {}
    result: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    surprise: Exception | None = None
    for number, step in enumerate(steps):
        core.report_job(job, step=step.name, done=number, total=len(steps))
        if not all(name in answers for name in step.needs):
            continue
        try:
            answers[step.name] = step.run(answers)
        except RegularsError as refusal:
            problems.append((step.name, str(refusal)))
        except Exception as stumble:
            log.exception("The step %s of the night's work failed", step.name)
            problems.append((step.name, f"{type(stumble).__name__}: see the log"))
            surprise = surprise or stumble
        else:
            result[step.name] = step.report(answers[step.name])
    core.report_job(job, step="", done=len(answers), total=len(steps))
    if problems:
        result["problems"] = problems
    error = "; ".join(f"{name}: {text}" for name, text in problems)
    core.end_job(job, at=clock(), result=result, error=error)
    if surprise is not None:
        raise surprise


def _ask(*, by: Actor, at: datetime, once_key: str | None) -> Job:
    person = by if isinstance(by, Person) else None
    job = core.ask_job(queries.NIGHTLY, at=at, asked_by=person, once_key=once_key)
    # The lock keeps the clock's run and a person's run apart.
    core.defer(TASK, job=job, lock=TASK)
    audit.record("administration.nightly_asked", job, by=by, at=at)
    return job
