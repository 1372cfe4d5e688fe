"""The state of a home in facts, for `status` and `doctor`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from regulars import __version__
from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Job, Person
from regulars.server.customers.models import Customer
from regulars.server.delivery import queries as delivery
from regulars.server.facts import queries as facts
from regulars.server.loyalty import queries as loyalty
from regulars.server.scoring import queries as scoring
from regulars.server.site import database, supervisor, versions
from regulars.server.site.home import Home


@dataclass(frozen=True)
class Finding:
    """One check of the doctor."""

    name: str
    healthy: bool
    says: str


def of(home: Home) -> dict[str, Any]:
    """Describe a home: its company, customers, facts, scores, address."""
    with scope.everything():
        company = core.company()
        run = scoring.current_run()
        address = home.read().get("address", "")
        return {
            "home": str(home.root),
            "kind": home.kind,
            "version": __version__,
            "company": company.name if company else None,
            "people": Person.objects.filter(is_active=True).count(),
            "customers": Customer.objects.count(),
            "facts": {
                kind: f"{row['rows']} rows in {row['files']} files, "
                f"{row['first_day']} to {row['last_day']}"
                for kind, row in facts.manifest().items()
            },
            "scores": f"run {run.public_id} as of {run.as_of}" if run else None,
            "served_at": address
            if address and supervisor.answers(f"{address}/healthz")
            else None,
        }


def examine(home: Home) -> list[Finding]:
    """Check everything that a healthy home needs; each finding says what to do next."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "wall": _wall,
        "migrations": lambda: _migrations(home),
        "fact files": _files,
        "scores": _scores,
        "points": _points,
        "lines": _lines,
        "messages": _messages,
        "jobs": _jobs,
        "disk": lambda: _disk(home.root),
        "folders": lambda: _folders(home),
    }
    found = []
    for name, check in checks.items():
        try:
            with scope.everything():
                found.append(Finding(name, True, check()))
        except (RegularsError, OSError) as error:
            found.append(Finding(name, False, str(error)))
    return found


class Ill(RegularsError):
    """A check found something to mend."""


def _database() -> str:
    with connection.cursor() as db:
        db.execute("select version()")
        (version,) = db.fetchone()
    return str(version).split(" on ")[0]


def _wall() -> str:
    database.check_wall()
    return "the application's role sees only what a viewer may see"


def _migrations(home: Home) -> str:
    if home.read().get("schema") != versions.fingerprint():
        raise Ill("The database is of another version. Run `regulars migrate`.")
    return "up to date"


def _files() -> str:
    missing = [
        str(path)
        for kind in facts.manifest()
        for path in facts.living(kind)
        if not path.exists()
    ]
    if missing:
        raise Ill(
            f"{len(missing)} fact files of the manifest are missing, first {missing[0]}. "
            "Bring the folder back or restore a backup."
        )
    return "every file of the manifest is there"


def _scores() -> str:
    run = scoring.current_run()
    if run is None:
        return "none yet: run `regulars score` once facts are there"
    if not scoring.frame(run).exists():
        raise Ill(f"The frame of run {run.public_id} is missing. Run `regulars score`.")
    return f"run {run.public_id} as of {run.as_of}"


def _points() -> str:
    loyalty.check()
    return "every balance is the sum of its entries"


def _lines() -> str:
    faulty = [f"{line.name} ({line.trouble})" for line in delivery.faulty()]
    if faulty:
        raise Ill(f"Refused by the provider: {', '.join(faulty)}. Mend it under System, Lines.")
    return f"{delivery.lines().count()} lines, none refused by its provider"


def _messages() -> str:
    unknown = delivery.count_unknown()
    if unknown:
        raise Ill(
            f"Of {unknown} messages nobody saw the end. Say under Outbox what became of them."
        )
    return "every message that went out has its end"


def _jobs() -> str:
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    return f"{waiting} waiting, {failed} failed in all (see Administration, Jobs)"


def _disk(root: Path) -> str:
    free = shutil.disk_usage(root).free
    if free < 2 * 10**9:
        raise Ill(f"Only {free / 1e9:.1f} GB are free at {root}. Make room before an import.")
    return f"{free / 1e9:.0f} GB free"


def _folders(home: Home) -> str:
    for folder in (home.facts, home.runs, home.imports, home.exports, home.logs):
        with tempfile.TemporaryFile(dir=folder):
            pass
    if home.keys.stat().st_mode & 0o077 and os.name == "posix":
        raise Ill(f"{home.keys} is readable by others. Run: chmod 700 {home.keys}")
    return "writable, keys closed"
