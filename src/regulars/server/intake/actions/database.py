"""A database of another system is read on a schedule, by the path of a file.

Only an administrator says where; the password lies in a file of the home's keys, never in a
record, a page or the audit. Reading is read-only, in batches, from the last watermark on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as parquet
from django.db import transaction
from psycopg import sql

from regulars.base.errors import BadInput, Outside, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.intake import queries
from regulars.server.intake.actions.batches import cell
from regulars.server.intake.actions.files import begin
from regulars.server.intake.actions.inbox import load_alone
from regulars.server.intake.actions.sources import note_read
from regulars.server.intake.models import Import, Source
from regulars.server.intake.reader import KINDS

BATCH = 20_000
SECONDS = 10  # to answer a connection
PLACE = ("host", "port", "dbname", "user")  # what a password is for
LONGEST = 3600 * 1000  # milliseconds of one statement


class NotYours(Refused):
    """Only an administrator says which hosts this system calls."""


class NoQuery(BadInput):
    """Neither a table nor a query that only reads."""


class Unreachable(Outside):
    """The other database does not answer, or refuses."""


@transaction.atomic
def connect_source(
    source: Source,
    *,
    host: str,
    port: int,
    dbname: str,
    user: str,
    query: str,
    by: Actor,
    at: datetime,
    key: str = "",
    watermark: str = "",
    sslmode: str = "prefer",
    password: str = "",
) -> None:
    """Say where a source's database is, and what to read of it. A password is kept aside,
    and forgotten where another place is named without one.

    :raises NotYours: whoever asks is no administrator.
    :raises NoQuery: it is neither the name of a table nor a SELECT.
    """
    if isinstance(by, Person) and not by.may(Permission.ADMINISTER):
        raise NotYours("Only an administrator may name a database. Ask one to do it.")
    _statement(query, key="", watermark="")
    told = {
        "host": host, "port": port, "dbname": dbname, "user": user, "sslmode": sslmode,
        "query": query.strip(), "key": key, "watermark": watermark,
    }  # fmt: skip
    before = source.settings
    same = all(
        before.get(name) == told[name] for name in ("host", "dbname", "query", "watermark")
    )
    source.settings = told | ({"last": before["last"]} if same and "last" in before else {})
    source.save(update_fields=["settings"])
    if password:
        _keep_secret(queries.secret_path(source), password)
    elif any(before.get(name, told[name]) != told[name] for name in PLACE):
        # Whoever answers there is somebody else: the password of the first is not for them.
        queries.secret_path(source).unlink(missing_ok=True)
    audit.record("intake.source.connected", source, by=by, at=at, host=host, dbname=dbname)


def read_source(source: Source, *, by: Actor, at: datetime) -> Import | None:
    """Read what is new in a source's database and load it; None where nothing is.

    :raises Unreachable: it does not answer, or refuses the query.
    """
    with TemporaryDirectory(dir=_scratch()) as folder:
        path = Path(folder) / f"{source.code}-{at:%Y%m%d-%H%M%S}.parquet"
        try:
            rows, last = _fetch(source, path)
        except psycopg.Error as error:
            said = _without_secret(error.diag.message_primary or str(error), source)
            note_read(source, at=at, message=f"Unreachable: {said}")
            raise Unreachable(f"The database of “{source}” refused: {said}") from error
        if not rows:
            note_read(source, at=at, message="")
            return None
        found = begin(path, kind=source.kind, source=source, moved=True, by=by, at=at)
        _map_key(found, source)
        load_alone(found, by=by, at=at)
    # After the load: a worker that dies in between reads the same rows again; nothing is added.
    source.settings = source.settings | ({"last": last} if last is not None else {})
    source.save(update_fields=["settings"])
    note_read(source, at=at, message="")
    return found


def _fetch(source: Source, path: Path) -> tuple[int, str | None]:
    """Write the new rows as text; return how many, and the last watermark among them."""
    told, count = source.settings, 0
    last: Any = None
    with _connected(source) as there, there.cursor(name="regulars") as cursor:
        cursor.itersize = BATCH
        statement, values = _statement(
            told["query"], key=told["key"], watermark=told["watermark"], last=told.get("last")
        )
        cursor.execute(statement, values)
        batch = cursor.fetchmany(BATCH)
        if not batch:
            return 0, None
        names = [column.name for column in cursor.description or ()]
        place = names.index(told["watermark"]) if told["watermark"] else None
        schema = pa.schema([(name, pa.string()) for name in names])
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            while batch:
                writer.write_table(_table(batch, schema))
                count += len(batch)
                if place is not None:
                    marks = [row[place] for row in batch if row[place] is not None]
                    last = max([*marks, *([last] if last is not None else [])], default=None)
                batch = cursor.fetchmany(BATCH)
    return count, _mark(last)


def _statement(
    query: str, *, key: str, watermark: str, last: str | None = None
) -> tuple[sql.Composed, list[str]]:
    """The SELECT of a table or a query, from the last watermark on, in its order.

    From it on and not after it: rows that came later with the same mark must not be lost.
    Those read before are known again.
    """
    words = query.strip().rstrip(";").strip()
    first = words.split(None, 1)[0].lower() if words else ""
    if first in ("select", "with"):
        # The administrator's own words, run read-only; a % in them is no place of a value.
        inner = sql.SQL("({}) rows_of").format(sql.SQL(words.replace("%", "%%")))
    elif words and len(words.split()) == 1:
        inner = sql.SQL(".").join(map(sql.Identifier, words.replace('"', "").split(".")))
    else:
        raise NoQuery("Name a table (schema.table) or write a SELECT.")
    made = sql.SQL("select * from ") + inner
    if watermark and last is not None:
        made += sql.SQL(" where {}::text is not null and {} >= %s").format(
            sql.Identifier(watermark), sql.Identifier(watermark)
        )
    ordered = [name for name in (watermark, key) if name]
    if ordered:
        made += sql.SQL(" order by ") + sql.SQL(", ").join(map(sql.Identifier, ordered))
    return made, [last] if watermark and last is not None else []


def _connected(source: Source) -> psycopg.Connection[Any]:
    told, secret = source.settings, queries.secret_path(source)
    return psycopg.connect(
        host=told["host"],
        port=told["port"],
        dbname=told["dbname"],
        user=told["user"],
        sslmode=told["sslmode"],
        password=secret.read_text("utf-8") if secret.exists() else None,
        connect_timeout=SECONDS,
        application_name="regulars",
        options=f"-c default_transaction_read_only=on -c statement_timeout={LONGEST}",
    )


def _map_key(found: Import, source: Source) -> None:
    """Let the source's key number the rows, where the kind has a place for it."""
    column = source.settings.get("key", "")
    fields = KINDS[found.kind].names
    used = {c for c in found.mapping.values() if c}
    if column and column not in used and "external_id" in fields:
        found.mapping.setdefault("external_id", column)


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True)
    return pa.table(
        [pa.array([cell(value) for value in column], pa.string()) for column in columns],
        schema=schema,
    )


def _mark(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def _keep_secret(path: Path, secret: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secret)
    scratch.replace(path)


def _without_secret(text: str, source: Source) -> str:
    path = queries.secret_path(source)
    secret = path.read_text("utf-8") if path.exists() else ""
    if secret:  # as a word: a password of one letter must not eat the letters of a sentence
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return " ".join(text.split())[:500]


def _scratch() -> Path:
    folder = queries.uploads_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
