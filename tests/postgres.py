"""A pytest plugin: a home with a running PostgreSQL before Django reads its settings.

Tests run as the walled application role, as the product does; the owner only migrates.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from regulars.server.site.home import OWN, Home
from regulars.server.site.postgres import SUPERUSER, Postgres


def _make() -> Home:
    root = Path(tempfile.mkdtemp(prefix="regulars-tests-"))
    root.chmod(0o755)
    made = Home(root / "home")
    made.create(OWN)
    os.environ["REGULARS_HOME"] = str(made.root)
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REGULARS_ROLE", None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread
    return made


# At import: pytest-django reads the settings, and they the home, before any hook of ours.
HOME = _make()


def pytest_unconfigure(config: Any) -> None:
    Postgres(HOME).stop()
    shutil.rmtree(HOME.root.parent, ignore_errors=True)


def start_cluster() -> Postgres:
    """Start the run's cluster; tests without a database never pay for it."""
    cluster = Postgres(HOME)
    cluster.start()
    _relax(cluster)
    return cluster


def login(cluster: Postgres, role: str) -> dict[str, str]:
    given = cluster.connection(role)
    return {"USER": given["user"], "PASSWORD": given["password"], "HOST": given["host"]}


def _relax(cluster: Postgres) -> None:
    """Nobody mourns this cluster: no fsync."""
    import psycopg

    admin = cluster.connection(SUPERUSER)
    with psycopg.connect(**admin, autocommit=True) as db:  # type: ignore[arg-type]
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            db.execute(f"alter system set {setting} = off")
        db.execute("select pg_reload_conf()")


def current_home() -> Home:
    """The home of this test run."""
    return HOME
