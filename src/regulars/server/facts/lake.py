"""The lake: Parquet files below one folder, written once, read by DuckDB.

A file is sorted by customer, so that one customer's rows are one small part of it, and
is complete before its name exists. Whether it *counts* only the manifest knows.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from regulars.base.errors import Outside

# One customer's timeline reads one group of rows per file; a scan does not mind the size.
ROW_GROUP = 60_000
SCHEMA_VERSION = 1
# Stored columns of each kind, with their DuckDB types, in order.
COLUMNS: dict[str, dict[str, str]] = {
    "transactions": {
        "fact_key": "bigint",
        "occurred_at": "timestamp",
        "local_date": "date",
        "amount": "bigint",
        "quantity": "double",
        "cost": "bigint",
        "order_id": "varchar",
        "product_id": "varchar",
        "category": "varchar",
        "channel": "varchar",
        "branch": "varchar",
        "kind": "varchar",
        "external_id": "varchar",
        "row_key": "varchar",
        "known_at": "timestamp",
    },
    "balances": {
        "fact_key": "bigint",
        "on": "date",
        "account_id": "varchar",
        "product_id": "varchar",
        "balance": "bigint",
        "row_key": "varchar",
        "known_at": "timestamp",
    },
    "holdings": {
        "fact_key": "bigint",
        "holding_id": "varchar",
        "product_id": "varchar",
        "opened_on": "date",
        "matures_on": "date",
        "closed_on": "date",
        "amount": "bigint",
        "row_key": "varchar",
        "known_at": "timestamp",
    },
    "events": {
        "fact_key": "bigint",
        "occurred_at": "timestamp",
        "kind": "varchar",
        "ref": "varchar",
        "value": "double",
        "row_key": "varchar",
        "known_at": "timestamp",
    },
}
DAY = {
    "transactions": "local_date",
    "balances": '"on"',
    "holdings": "opened_on",
    "events": "occurred_at::date",
}
_local = threading.local()


class LakeFailed(Outside):
    """A fact file could not be read or written."""


@dataclass(frozen=True)
class Written:
    """What a new file holds; `path` is relative to the lake."""

    path: str
    rows: int
    size: int
    first_day: date | None
    last_day: date | None


def session() -> duckdb.DuckDBPyConnection:
    """Return this thread's DuckDB, made at first use; it keeps file footers in memory."""
    db: duckdb.DuckDBPyConnection | None = getattr(_local, "db", None)
    if db is None:
        db = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "3GB"})
        db.execute("set parquet_metadata_cache = true; set TimeZone = 'UTC'")
        db.execute("set enable_progress_bar = false")
        _local.db = db
    return db


def columns(kind: str, *, of: str = "") -> str:
    """List a kind's columns for a SELECT, in order, as `alias.column`."""
    return ", ".join(f'{of}"{name}"' for name in COLUMNS[kind])


def source(paths: Sequence[Path | str], kind: str) -> str:
    """Return the FROM clause that reads some files; with none, an empty table of the kind."""
    if not paths:
        empty = ", ".join(f'null::{t} as "{n}"' for n, t in COLUMNS[kind].items())
        return f"(select {empty} where false)"
    listed = ", ".join(quote(str(path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true)"


def write(
    lake: Path, kind: str, select: str, *, db: duckdb.DuckDBPyConnection | None = None
) -> Written | None:
    """Store the rows of a SELECT as one sorted file; None when there are no rows.

    The file gets its name only when it is complete and on the disk.
    """
    db = db or session()
    folder = lake / kind
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}.parquet"
    scratch = folder / f".{name}.part"
    order = f"fact_key, {DAY[kind]}"
    try:
        (rows,) = db.execute(
            f"copy (select {columns(kind)} from ({select}) order by {order}) "
            f"to {quote(str(scratch))} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
        ).fetchone() or (0,)
        if not rows:
            return None
        first, last = db.execute(
            f"select min({DAY[kind]}), max({DAY[kind]}) "
            f"from read_parquet({quote(str(scratch))})"
        ).fetchone() or (None, None)
        _settle(scratch, folder / name)
    except duckdb.IOException as error:
        raise LakeFailed(
            f"The fact file {folder / name} could not be written: {error}"
        ) from error
    finally:
        scratch.unlink(missing_ok=True)
    size = (folder / name).stat().st_size
    return Written(f"{kind}/{name}", int(rows), size, first, last)


NAMES = ("order_id", "external_id", "account_id", "holding_id", "ref", "row_key")


def unname(path: Path, kind: str, keys: Sequence[int], *, salt: str) -> int:
    """Write nothing over the names that some customers' rows have elsewhere; return the rows.

    An order stays one order and an account one account, under a name that nobody knows. The
    file is replaced at once under its own name: who reads it goes on with the old one.
    """
    named = ", ".join(str(int(key)) for key in keys)
    db = session()
    table = f"read_parquet({quote(str(path))})"
    try:
        (count,) = db.execute(
            f"select count(*) from {table} where fact_key in ({named})"
        ).fetchone() or (0,)
        if not count:
            return 0
        there = {row[0] for row in db.execute(f"describe select * from {table}").fetchall()}
        made = ", ".join(
            f"case when fact_key in ({named}) then {_nameless(name, salt)} "
            f'else "{name}" end as "{name}"'
            for name in NAMES
            if name in there
        )
        scratch = path.with_name(f".{path.name}.part")
        db.execute(
            f"copy (select * replace ({made}) from {table}) to {quote(str(scratch))} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
        )
        _settle(scratch, path)
    except duckdb.IOException as error:
        raise LakeFailed(f"The fact file {path} could not be rewritten: {error}") from error
    return int(count)


def _nameless(name: str, salt: str) -> str:
    hashed = f'hash("{name}" || {quote(salt)})'
    plain = f"({hashed} >> 1)::bigint::varchar" if name == "row_key" else f"to_hex({hashed})"
    return f'case when "{name}" is not null then {plain} end'


def rows(sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query and return its rows.

    :raises LakeFailed: a file of the manifest is missing or broken.
    """
    try:
        return session().execute(sql, list(parameters)).fetchall()
    except duckdb.IOException as error:
        raise LakeFailed(
            f"A fact file could not be read: {error}. Restore it from a backup "
            "(`regulars restore`) or check the folder's rights."
        ) from error


def hold(name: str, table: pa.Table) -> None:
    """Give this thread's DuckDB a table of its own to ask, in place of one of that name.

    Copied, not registered: a connection that ends with its thread must not hold on to
    objects of Python, which then are freed at a moment when nobody may.
    """
    db = session()
    db.register("arriving", table)
    try:
        db.execute(f"create or replace temp table {name} as select * from arriving")
    finally:
        db.unregister("arriving")


def quote(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _settle(scratch: Path, path: Path) -> None:
    with open(scratch, "rb") as written:
        os.fsync(written.fileno())
    scratch.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
