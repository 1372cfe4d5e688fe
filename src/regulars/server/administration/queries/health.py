"""How the system is, in facts that were looked up just now."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from regulars.server.administration.queries.lists import calendar_years
from regulars.server.administration.queries.work import last_nightly
from regulars.server.core import queries as core
from regulars.server.core.models import AuditEntry, Book, Job, Person
from regulars.server.core.rules import Permission

# A worker beats every ten seconds; three missed beats are a silence.
SILENCE = timedelta(seconds=40)
RECENT = timedelta(days=7)
BACKUP = "site.backup.made"
LATE_BACKUP = timedelta(days=8)  # a weekly one that did not come
TIGHT = 2 * 1024**3


@dataclass(frozen=True)
class Notice:
    """One thing that wants attention, and the page where it is settled."""

    kind: str
    sign: str
    text: str | Promise
    url_name: str = ""
    action: str | Promise = ""


@dataclass(frozen=True)
class Health:
    """What the overview of the administration shows."""

    folder: str
    is_demo: bool
    server_version: str
    database_bytes: int
    disk_free: int
    disk_total: int
    people_active: int
    people_all: int
    worker_beat: datetime | None
    worker_alive: bool
    waiting: int
    failed: int
    nightly: Job | None
    backup_at: datetime | None
    backup_late: bool
    books_adrift: int
    next_year: int
    next_year_known: bool

    @property
    def disk_share(self) -> float:
        return 1 - self.disk_free / self.disk_total

    @property
    def notices(self) -> list[Notice]:
        return [notice for notice in _judge(self) if notice is not None]


def health(viewer: Person, *, at: datetime) -> Health | None:
    """Look up the state of everything; nothing for those who do not administer."""
    if not viewer.may(Permission.ADMINISTER):
        return None
    version, size = _database()
    disk = shutil.disk_usage(settings.HOME.root)
    beat, backup = _last_beat(), _last_backup()
    year = _today(at).year + 1
    return Health(
        folder=str(settings.HOME.root),
        is_demo=settings.IS_DEMO,
        server_version=version,
        database_bytes=size,
        disk_free=disk.free,
        disk_total=disk.total,
        people_active=Person.objects.filter(is_active=True).count(),
        people_all=Person.objects.count(),
        worker_beat=beat,
        worker_alive=beat is not None and at - beat < SILENCE,
        waiting=ProcrastinateJob.objects.filter(status="todo").count(),
        failed=Job.objects.filter(state=Job.State.FAILED, ended_at__gt=at - RECENT).count(),
        nightly=last_nightly(),
        backup_at=backup,
        backup_late=backup is not None and at - backup > LATE_BACKUP,
        books_adrift=Book.objects.filter(owner__is_active=False).count(),
        next_year=year,
        next_year_known=any(found.year == year for found in calendar_years()),
    )


def _judge(found: Health) -> list[Notice | None]:
    """What somebody must act on, the most urgent first."""
    nightly = found.nightly
    return [
        None
        if found.worker_alive
        else Notice(
            "danger",
            "alert-triangle",
            _("The worker does not answer: imports and the night's work stand still. "
              "Restart Regulars with “regulars serve”."),
        ),
        Notice(
            "danger",
            "alert-circle",
            _("The last nightly run did not end well, so today's lists may be old."),
            "administration:jobs",
            _("See why"),
        )
        if nightly and nightly.state == Job.State.FAILED
        else None,
        Notice(
            "danger", "database", _("Less than 2 GB are left on the disk. Free some space.")
        )
        if found.disk_free < TIGHT
        else None,
        Notice(
            "warn",
            "briefcase",
            _("Some books belong to people who may no longer sign in. "
              "Give them another owner."),
            "administration:books",
            _("Assign them"),
        )
        if found.books_adrift
        else None,
        Notice(
            "warn",
            "calendar",
            _("The public holidays of next year are not loaded, "
              "so due dates may fall on a holiday."),
            "administration:settings",
            _("Load them"),
        )
        if not found.next_year_known
        else None,
        Notice(
            "warn",
            "download",
            _("There is no backup yet. Run “regulars backup FILE” and keep the file on "
              "another disk."),
        )
        if found.backup_at is None and not found.is_demo
        else None,
        Notice(
            "warn",
            "download",
            _("The last backup is more than a week old. Run “regulars backup FILE” and keep "
              "the file on another disk."),
        )
        if found.backup_late and not found.is_demo
        else None,
    ]  # fmt: skip


def _database() -> tuple[str, int]:
    with connection.cursor() as db:
        db.execute(
            "select current_setting('server_version'), pg_database_size(current_database())"
        )
        version, size = db.fetchone()
    return str(version).split(" ")[0], int(size)


def _last_beat() -> datetime | None:
    beats = ProcrastinateWorker.objects.order_by("-last_heartbeat")
    found: datetime | None = beats.values_list("last_heartbeat", flat=True).first()
    return found


def _last_backup() -> datetime | None:
    made = AuditEntry.objects.filter(action=BACKUP).order_by("-pk")
    return made.values_list("happened_at", flat=True).first()


def _today(at: datetime) -> date:
    return core.local_date(at)
