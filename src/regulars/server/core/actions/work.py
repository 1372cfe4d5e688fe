"""Long work: asked for, queued, told of, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from regulars.base.errors import RegularsError
from regulars.server.core.models import ApiKey, Job, Person


@transaction.atomic
def ask_job(
    kind: str,
    *,
    at: datetime,
    asked_by: Person | ApiKey | None = None,
    subject: str = "",
    once_key: str | None = None,
) -> Job:
    """Note that long work is wanted; the caller defers the task that does it."""
    return Job.objects.create(
        kind=kind,
        subject=subject,
        asked_by=asked_by if isinstance(asked_by, Person) else None,
        asked_key=asked_by if isinstance(asked_by, ApiKey) else None,
        asked_at=at,
        once_key=once_key,
    )


def defer(task: str, *, job: Job, lock: str | None = None) -> None:
    """Queue the task that does a job, in this transaction: both exist, or neither.

    Inside a worker `task.defer` would use a connection of its own and could overtake us.
    The task is called with `job_id`, by which a job whose worker died is found again.
    """
    queue = JobManager(DjangoConnector())
    configure_task(name=task, job_manager=queue, lock=lock).defer(job_id=job.pk)


def start_job(job: Job, *, at: datetime) -> None:
    """Mark the work as running; a job taken up again after a crash starts over."""
    job.state, job.started_at, job.done, job.message = Job.State.RUNNING, at, 0, ""
    job.save(update_fields=["state", "started_at", "done", "message"])


def report_job(job: Job, *, step: str, done: int = 0, total: int | None = None) -> None:
    """Say how far the work is. Call it outside the work's own transaction."""
    Job.objects.filter(pk=job.pk).update(step=step[:120], done=done, total=total)


def end_job(
    job: Job, *, at: datetime, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    """Close the work, with its result or with the sentence that says what went wrong."""
    job.state = Job.State.FAILED if error else Job.State.DONE
    job.ended_at, job.result, job.message = at, result or {}, error
    job.save(update_fields=["state", "ended_at", "result", "message"])


@contextmanager
def working(job: Job, *, clock: Callable[[], datetime]) -> Iterator[dict[str, Any]]:
    """Start a job, and end it however the block ends; what is laid in becomes its result.

    An expected refusal is an answer: its sentence stands on the job, and nothing is raised.
    What else fails is raised again; of it only the name is kept, for its words may name
    a customer.
    """
    result: dict[str, Any] = {}
    start_job(job, at=clock())
    try:
        yield result
    except RegularsError as error:
        end_job(job, at=clock(), error=str(error))
    except Exception as error:
        end_job(job, at=clock(), error=f"{type(error).__name__}: see the log")
        raise
    else:
        end_job(job, at=clock(), result=result)


def refresh_statistics(*tables: str) -> None:
    """Tell the planner about a large load, or its next plans are for an empty table."""
    with connection.cursor() as db:
        for table in tables:
            db.execute(f"analyze {connection.ops.quote_name(table)}")
