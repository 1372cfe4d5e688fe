"""The database as it stood after the migrations, for the test after one that commits.

Django's own flush truncates every table and writes every permission anew: most of a second.
Here only the tables that hold rows are emptied, by the superuser, with triggers off.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import psycopg
from psycopg import sql

from regulars.server.site.postgres import SUPERUSER, Postgres
from tests.postgres import current_home

VERSION = re.compile(r"(scoring_score|tiers_assignment)_v(\d+)")
TABLES = """
    select relname from pg_class
    where relkind in ('r', 'p') and not relispartition
      and relnamespace = 'public'::regnamespace order by relname
"""
PUT_BACK = """
    insert into {0} overriding system value
    select * from jsonb_populate_recordset(null::{0}, %s::jsonb)
"""


def remember_the_start() -> None:
    """Note what the migrations wrote; `sweep` brings it back."""
    _start().update({name: _rows(name) for name in _filled()})


def sweep() -> None:
    """Leave nothing but what stood there at the start."""
    with _superuser().transaction():
        _drop_versions()
        for name in _filled() | _start().keys():
            if name in _start() and _rows(name) == _start()[name]:
                continue
            _tell("delete from {0}", name)
            if name in _start():
                _tell(PUT_BACK, name, _start()[name])


def _drop_versions() -> None:
    """Drop all versions there are, those of runs that are gone already, too."""
    for (name,) in _superuser().execute(TABLES).fetchall():
        if found := VERSION.fullmatch(name):
            drop = "select regulars_version_drop(%s, %s)"
            _superuser().execute(drop, [found[1], found[2]])


def _filled() -> set[str]:
    """The tables that hold rows."""
    each = sql.SQL("select {0} where exists (select from {1})")
    names = [name for (name,) in _superuser().execute(TABLES).fetchall()]
    asked = [each.format(name, sql.Identifier(name)) for name in names]
    found = _superuser().execute(sql.SQL(" union all ").join(asked)).fetchall()
    return {name for (name,) in found}


def _rows(name: str) -> str:
    """All rows of a table as one JSON list, in an order of their own."""
    asked = "select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]')::text from {0} t"
    found = _superuser().execute(sql.SQL(asked).format(sql.Identifier(name))).fetchone()
    assert found is not None
    return str(found[0])


def _tell(statement: str, name: str, *values: str) -> None:
    _superuser().execute(sql.SQL(statement).format(sql.Identifier(name)), values)


@functools.cache
def _start() -> dict[str, str]:
    return {}


@functools.cache
def _superuser() -> psycopg.Connection[Any]:
    db = psycopg.connect(
        **Postgres(current_home()).connection(SUPERUSER),  # type: ignore[arg-type]
        autocommit=True,
    )
    db.execute("set session_replication_role = replica")  # no trigger, no foreign key
    db.execute("set lock_timeout = '20s'")
    return db
