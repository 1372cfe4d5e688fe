"""Work whose worker died: taken up again, a bounded number of times."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job as Task
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from regulars.server.administration import rules
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Job

# A worker beats every ten seconds.
SILENT_FOR = 30.0


def rescue_stalled(*, by: Actor, at: datetime, silent_for: float = SILENT_FOR) -> int:
    """Queue again what was being done by workers that no longer answer; return how many."""
    queue = JobManager(DjangoConnector())
    stalled: Iterable[Task] = async_to_sync(queue.get_stalled_jobs)(
        seconds_since_heartbeat=silent_for
    )
    return sum(_rescue(task, queue, by=by, at=at) for task in stalled)


@transaction.atomic
def _rescue(task: Task, queue: JobManager, *, by: Actor, at: datetime) -> bool:
    if "timestamp" in _arguments(task):  # the clock asks for it again in a minute
        return _close(task, queue)
    if task.attempts + 1 >= rules.MOST_ATTEMPTS:
        _give_up(task, by=by, at=at)
        return _close(task, queue)
    try:
        with transaction.atomic():
            queue.retry_job_by_id(_id(task), retry_at=at)
    except UniqueViolation:  # the same work waits already, under the same queueing lock
        return _close(task, queue)
    _say(task, by=by, at=at)
    return True


def _close(task: Task, queue: JobManager) -> bool:
    async_to_sync(queue.finish_job_by_id_async)(_id(task), Status.FAILED, delete_job=False)
    return False


def _say(task: Task, *, by: Actor, at: datetime) -> None:
    for job in _jobs(task):
        audit.record("administration.job_rescued", job, by=by, at=at, attempt=task.attempts + 1)


def _give_up(task: Task, *, by: Actor, at: datetime) -> None:
    for job in _jobs(task):
        core.end_job(
            job,
            at=at,
            error=f"The worker died {rules.MOST_ATTEMPTS} times while doing this. See the log.",
            result={"problem": "worker_lost", "attempts": rules.MOST_ATTEMPTS},
        )
        audit.record("administration.job_given_up", job, by=by, at=at)


def _jobs(task: Task) -> list[Job]:
    """The record that people see, if the task does one."""
    key = _arguments(task).get("job_id")
    if not isinstance(key, int):
        return []
    return list(Job.objects.filter(pk=key, state__in=(Job.State.WAITING, Job.State.RUNNING)))


def _arguments(task: Task) -> dict[str, Any]:
    # Django's connection hands JSON over as text, procrastinate's own as a mapping.
    given: Any = task.task_kwargs
    return dict(json.loads(given) if isinstance(given, str) else given)


def _id(task: Task) -> int:
    assert task.id is not None  # it came from the database
    return task.id
