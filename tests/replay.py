"""The cast for the price of one statement: assembled once per run, then put back row by row.

The first test that asks for the cast assembles it through the actions; what that wrote, in
whichever table, is remembered and given to every later test as it was, ids included (a
sequence never gives an id twice, so nobody else has them).
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from typing import Any

from django.db import connection

from regulars.testing.cast import Cast, assemble

COLUMNS = """
    select c.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace = 'public'::regnamespace
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname
"""


@dataclass(frozen=True)
class Remembered:
    """The rows that assembling wrote, as one script with its values, and the cast's objects."""

    script: str
    values: tuple[str, ...]
    cast: bytes


_remembered: list[Remembered] = []


def remembered_cast() -> Cast:
    """Return the cast, its rows in the database; call it inside `scope.everything()`."""
    if not _remembered:
        before = _rows()
        made = assemble()
        _remembered.append(_remember(made, before, _rows()))
        return made
    known = _remembered[0]
    with connection.cursor() as db:
        db.execute(known.script, known.values)
    found: Cast = pickle.loads(known.cast)
    return found


def _rows() -> dict[str, set[str]]:
    """Every row of every table, as text."""
    found = {}
    with connection.cursor() as db:
        db.execute(COLUMNS)
        for table, _ in db.fetchall():
            db.execute(f'select to_jsonb(t)::text from "{table}" t')
            found[table] = {row for (row,) in db.fetchall()}
    return found


def _remember(
    made: Cast, before: dict[str, set[str]], after: dict[str, set[str]]
) -> Remembered:
    with connection.cursor() as db:
        db.execute(COLUMNS)
        columns = dict(db.fetchall())
    script, values = [], []
    for table, rows in after.items():
        assert before[table] <= rows, f"assembling the cast changed rows of {table}"
        if new := rows - before[table]:
            named = columns[table]
            script.append(
                f'insert into "{table}" ({named}) overriding system value select {named} '
                f'from jsonb_populate_recordset(null::"{table}", %s::jsonb);'
            )
            values.append("[" + ", ".join(sorted(new, key=_place)) + "]")
    return Remembered("\n".join(script), tuple(values), pickle.dumps(made))


def _place(row: str) -> Any:
    """The order in which rows came: by their ids."""
    return json.loads(row).get("id") or 0
