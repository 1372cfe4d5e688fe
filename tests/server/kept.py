"""A world that is committed once for many tests: scoring it takes seconds.

Tests read it, and what one writes is rolled back as always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection

from regulars.server.core import scope

World = TypeVar("World")
VERSION = re.compile(r"(scoring_score|tiers_assignment)_v(\d+)")


@contextmanager
def kept(blocker: Any, make: Callable[[], World]) -> Iterator[World]:
    """Make a world as the system itself; empty the database after."""
    with blocker.unblock(), scope.everything():
        world = make()
    yield world
    with blocker.unblock():
        empty()
        connection.close()


def empty() -> None:
    """Drop every version and every row but those of the migrations."""
    spared = {"django_migrations", "django_content_type"}
    drop_versions()
    with connection.cursor() as db:
        db.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = [name for (name,) in db.fetchall() if name not in spared]
        listed = ", ".join(connection.ops.quote_name(name) for name in tables)
        db.execute(f"truncate {listed} cascade")


def drop_what_flush_forgets() -> None:
    """Drop versions and waiting tasks: tables that no model of ours manages."""
    drop_versions()
    with connection.cursor() as db:
        db.execute("delete from procrastinate_jobs")


def drop_versions() -> None:
    """Drop all versions there are, those of runs that are gone already, too."""
    with connection.cursor() as db:
        db.execute("select tablename from pg_tables where schemaname = 'public'")
        for (name,) in db.fetchall():
            if found := VERSION.fullmatch(name):
                db.execute("select regulars_version_drop(%s, %s)", [found[1], found[2]])
