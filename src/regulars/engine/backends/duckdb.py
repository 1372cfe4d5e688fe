"""The embedded backend: one DuckDB connection for one computation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from regulars.base.errors import BadInput

Connection: TypeAlias = Backend

ROW_GROUP = 122_880  # so that a reader of few customers skips the rest


class UnreadableFile(BadInput):
    """A file is not there, or is not what its name says."""


def connect(
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
) -> Connection:
    """Open an empty engine in memory.

    Parameters
    ----------
    threads
        Cores to use; None takes all.
    memory_limit
        Such as "2GB". Beyond it, work spills to `temp_directory`; None takes 80 % of memory.
    temp_directory
        Where to spill; None takes DuckDB's default, a folder beside the process.

    Returns
    -------
    Connection
        An Ibis backend; hand it to `read_csv`, `read_parquet` and `open_ledger`.

    Examples
    --------
    >>> connection = connect(threads=1, memory_limit="500MB")
    >>> connection.list_tables()
    []
    """
    config: dict[str, object] = {"preserve_insertion_order": False}
    if threads is not None:
        config["threads"] = threads
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    if temp_directory is not None:
        config["temp_directory"] = str(temp_directory)
    return ibis.duckdb.connect(**config)


def scan_csv(path: str | Path | Sequence[str | Path], connection: Connection) -> ir.Table:
    """Open CSV files lazily; types are found from the data."""
    try:
        return connection.read_csv(_names(path), sample_size=200_000)
    except (duckdb.Error, FileNotFoundError) as error:
        raise _unreadable(path, error) from error


def scan_parquet(path: str | Path | Sequence[str | Path], connection: Connection) -> ir.Table:
    """Open Parquet files or globs lazily; columns are matched by name."""
    try:
        return connection.read_parquet(_names(path), union_by_name=True)
    except (duckdb.Error, FileNotFoundError) as error:
        raise _unreadable(path, error) from error


def write_table(table: ir.Table, path: str | Path) -> None:
    """Write a table to one Parquet file, in the order it was given by `order_by`."""
    with keeping_order(table.get_backend()):
        table.to_parquet(path)


def write_parts(parts: Iterable[ir.Table], path: str | Path, *, key: str) -> None:
    """Write tables whose ranges of the integer `key` rise to one Parquet file, sorted by it.

    For what is too large to be sorted at once. One part is written while the next is
    computed; the file gets its name when it is whole.
    """
    half = Path(path).with_suffix(".half")
    writer: pq.ParquetWriter | None = None
    before: Future[None] | None = None
    try:
        with ThreadPoolExecutor(1) as pool:
            for part in parts:
                with keeping_order(part.get_backend()):
                    rows = _in_order(part.to_pyarrow(), key)
                writer = writer or _writer(half, rows.schema)
                if before is not None:
                    before.result()
                before = pool.submit(writer.write_table, rows, ROW_GROUP)
            if before is not None:
                before.result()
        if writer is not None:
            writer.close()
            half.replace(path)
    finally:
        if writer is not None:
            writer.close()
        half.unlink(missing_ok=True)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    texts = [each.name for each in schema if pa.types.is_string(each.type)]
    return pq.ParquetWriter(path, schema, use_dictionary=texts)


def _in_order(rows: pa.Table, key: str) -> pa.Table:
    keys = rows[key].to_numpy()
    if (keys[1:] >= keys[:-1]).all():
        return rows
    return rows.take(np.argsort(keys, kind="stable"))


def spill_folder(connection: Connection) -> Path | None:
    """Give the folder where the engine spills to; None before it has one."""
    (given,) = connection.raw_sql("SELECT current_setting('temp_directory')").fetchone()
    folder = Path(given) if given else None
    return folder if folder is not None and folder.is_dir() else None


@contextmanager
def keeping_order(connection: Connection) -> Iterator[None]:
    """Let statements within keep the order of the rows they read."""
    name = "preserve_insertion_order"
    (before,) = connection.raw_sql(f"SELECT current_setting('{name}')").fetchone()
    connection.raw_sql(f"SET {name} = true")
    try:
        yield
    finally:
        connection.raw_sql(f"SET {name} = {before}")


def _names(path: str | Path | Sequence[str | Path]) -> str | list[str]:
    if isinstance(path, str | Path):
        return str(path)
    return [str(each) for each in path]


def _unreadable(path: object, error: Exception) -> UnreadableFile:
    reason = str(error).splitlines()[0]
    return UnreadableFile(f"{path} cannot be read: {reason}. Check the name and the format.")
