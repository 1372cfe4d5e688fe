"""Runs, and the files they leave."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from regulars.server.core.models import Job
from regulars.server.core.remembered import once
from regulars.server.facts import lake
from regulars.server.scoring.bridge.names import TIES
from regulars.server.scoring.models import Run

FRAME = "customers.parquet"
LEARNING = "learning"  # the kind of its jobs
CURRENT = "scoring.current_run"  # what is remembered of a piece of work
# In a run's result: the file that holds everything known of the run, and the files by part
# (tiers, what was learned) that it was put together from.
WHOLE, PARTS = "frame_file", "parts"


def job(pk: int) -> Job | None:
    return Job.objects.select_related("asked_by").filter(pk=pk).first()


def learning(run: Run) -> Job | None:
    """The learning of a run that waits or works."""
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    asked = Job.objects.filter(kind=LEARNING, subject=run.public_id, state__in=waiting)
    return asked.order_by("-pk").first()


def runs() -> QuerySet[Run]:
    """Runs that ended well, newest first."""
    return Run.objects.filter(state=Run.State.DONE).order_by("-as_of", "-pk")


def current_run() -> Run | None:
    """The run whose scores everybody sees now; one piece of work sees one."""
    return once(CURRENT, Run.objects.filter(is_current=True).first)


def published() -> QuerySet[Run]:
    """Runs whose scores lie in PostgreSQL, newest first."""
    return runs().filter(is_published=True).order_by("-pk")


def run_at(as_of: date) -> Run | None:
    """The newest stored run as of exactly that date."""
    return runs().filter(as_of=as_of).first()


def run_by_id(public_id: str) -> Run | None:
    return runs().filter(public_id=public_id).first()


def folder(run: Run) -> Path:
    """Where a run's files lie."""
    return Path(settings.HOME.runs) / run.public_id


def frame(run: Run) -> Path:
    """The run's Parquet file: one row per customer, sorted by `customer_id`."""
    return folder(run) / FRAME


def ties(run: Run) -> Path:
    """The run's snapshot of ties: `other_id` is the `kind` of `customer_id`.

    Runs of before the snapshot have none.
    """
    return folder(run) / TIES


def table_of(run: Run) -> str:
    """Return the FROM clause of all that is known of a run's customers, tiers included."""
    return f"read_parquet({lake.quote(str(folder(run) / run.result.get(WHOLE, FRAME)))})"


def columns(run: Run) -> list[str]:
    """The columns of a run's frame."""
    found = lake.session().execute(f"describe select * from {table_of(run)}").fetchall()
    return [row[0] for row in found]
