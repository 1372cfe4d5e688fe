"""Traces of the machine's own work are let go: of an erased person at once, of all in time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from regulars.server.core.custody import Known
from regulars.server.core.idempotency import actions as idempotency
from regulars.server.core.models import Job
from regulars.server.core.words import Words

ENDED = (Job.State.DONE, Job.State.FAILED)
# A line of a log begins with its moment; the lines of a traceback belong to the one before.
DATED = re.compile(r"\[?(\d{4}-\d\d-\d\d)[ T]")
OVER = "('succeeded', 'failed', 'cancelled', 'aborted')"


def shred(known: Known) -> Mapping[str, int]:
    """Take an erased person out of kept answers, jobs and logs."""
    words = Words(known.words)
    return {
        "core.replies": idempotency.shred(words),
        "core.jobs": _shred_jobs(words.telling),
        "site.logs": sum(_leave_out(path, words.telling) for path in logs()),
    }


def old_jobs(before: datetime) -> int:
    """How many jobs ended before a moment."""
    return Job.objects.filter(state__in=ENDED, ended_at__lt=before).count()


def drop_jobs(before: datetime) -> int:
    """Drop ended jobs, and what the queue remembers of theirs."""
    gone, _each = Job.objects.filter(state__in=ENDED, ended_at__lt=before).delete()
    with connection.cursor() as db:
        db.execute(
            f"delete from procrastinate_jobs j where j.status in {OVER} and not exists "
            "(select 1 from procrastinate_events e where e.job_id = j.id and e.at >= %s)",
            [before],
        )
        return gone + int(db.rowcount)


def logs() -> Iterator[Path]:
    """The logs of the parts, and of the database that came along."""
    yield from sorted(Path(settings.HOME.logs).glob("*.log"))
    yield from sorted(Path(settings.HOME.postgres).glob("*.log"))


def old_lines(before: datetime) -> int:
    """How many lines of logs are older than a moment."""
    return sum(_split(path, before)[0] for path in logs())


def drop_lines(before: datetime) -> int:
    count = 0
    for path in logs():
        old, kept = _split(path, before)
        if old:
            _write(path, kept)
        count += old
    return count


def _shred_jobs(words: Words) -> int:
    found = 0
    for job in Job.objects.exclude(message="", result={}).order_by("pk"):
        told = {key: "" if words.in_text(str(v)) else v for key, v in job.result.items()}
        message = "" if words.in_text(job.message) else job.message
        if (told, message) != (job.result, job.message):
            Job.objects.filter(pk=job.pk).update(result=told, message=message)
            found += 1
    return found


def _leave_out(path: Path, words: Words) -> int:
    if not words.in_file(path):
        return 0
    lines = path.read_text("utf-8", errors="replace").splitlines(keepends=True)
    found = zip(lines, words.holding(lines), strict=True)
    kept = [line for line, holds in found if not holds]
    _write(path, "".join(kept))
    return len(lines) - len(kept)


def _split(path: Path, before: datetime) -> tuple[int, str]:
    """How many lines of a log are older than a moment, and the rest."""
    lines = path.read_text("utf-8", errors="replace").splitlines(keepends=True)
    older = 0  # what stands before the first moment is as young as that moment
    for place, line in enumerate(lines):
        if dated := DATED.match(line):
            if dated[1] >= f"{before:%Y-%m-%d}":
                return older and place, "".join(lines[older and place :])
            older = place + 1
    return (len(lines), "") if older else (0, "")


def _write(path: Path, text: str) -> None:
    """Write over a log in place: whoever appends to it goes on at its new end."""
    with path.open("r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()
