"""Gets one process ready for work on a home: database up, settings chosen, Django set up."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.base.errors import BadInput, Outside
from regulars.server.site.home import Home
from regulars.server.site.postgres import Postgres

APP, OWNER = "app", "owner"


class NoHome(BadInput):
    """There is no home at that place yet."""


class MigrationFailed(Outside):
    """The database could not be brought to this version."""


def is_embedded() -> bool:
    """Tell whether the database lies in the home (no DATABASE_URL)."""
    return not os.environ.get("DATABASE_URL")


def environment(home: Home, *, role: str = APP, part: str = "") -> dict[str, str]:
    """The environment of a child process that works on this home."""
    settings = "embedded" if is_embedded() else "scaled"
    # Compiled modules are kept, whatever the shell says: a warm start lives from them.
    given = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **given,
        "REGULARS_HOME": str(home.root),
        "REGULARS_ROLE": role,
        "REGULARS_PART": part,
        "DJANGO_SETTINGS_MODULE": f"regulars.server.site.settings.{settings}",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def at_work(home: Home, *, role: str = APP) -> Iterator[None]:
    """Make this process ready to work on the home; a database started here is stopped after.

    :raises NoHome: the folder is no home yet.
    """
    if not home.exists:
        raise NoHome(
            f"There is no home at {home.root}. "
            "Start one with `regulars serve` (your own) or `regulars demo`."
        )
    started = Postgres(home).start() if is_embedded() else False
    try:
        if role == APP:
            bring_up_to_date(home)
        set_up(home, role=role)
        yield
    finally:
        if started:
            Postgres(home).stop()


def set_up(home: Home, *, role: str = APP, part: str = "") -> None:
    """Set up Django in this process, once."""
    os.environ.update(environment(home, role=role, part=part))
    import django

    django.setup()


def bring_up_to_date(home: Home) -> None:
    """Migrate in a process of its own, as owner, if this version's migrations are new here.

    :raises MigrationFailed: a migration ended with an error.
    """
    from regulars.server.site.versions import fingerprint

    wanted = fingerprint()
    if home.read().get("schema") == wanted:
        return
    done = subprocess.run(
        [sys.executable, "-m", "regulars.server.site.migrating"],
        env=environment(home, role=OWNER),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    if done.returncode:
        said = done.stdout.decode(errors="replace")[-2000:]
        raise MigrationFailed(f"The database could not be brought to this version:\n{said}")
    home.note(schema=wanted)
