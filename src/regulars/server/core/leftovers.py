"""Files that are let go: old ones, those that are named, and rows out of a Parquet file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

ROW_GROUP = 60_000


def older(paths: Iterable[Path], before: datetime) -> list[Path]:
    """The files that were last written before a moment."""
    return [p for p in paths if datetime.fromtimestamp(p.stat().st_mtime, UTC) < before]


def delete(paths: Iterable[Path]) -> int:
    """Delete files, those that are gone already too; return how many."""
    going = list(paths)
    for path in going:
        path.unlink(missing_ok=True)
    return len(going)


def workbench() -> duckdb.DuckDBPyConnection:
    """A place where `leave_out` works; the caller closes it."""
    return duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "2GB"})


def leave_out(db: duckdb.DuckDBPyConnection, path: Path, where: str) -> int:
    """Take the rows of a Parquet file for which a condition holds out; return how many.

    The file is replaced under its own name, at once: who reads it goes on with the old one.
    """
    table = f"read_parquet({quoted(path)})"
    (count,) = db.execute(f"select count(*) from {table} where {where}").fetchone() or (0,)
    if count:
        scratch = path.with_name(f".{path.name}.part")
        db.execute(
            f"copy (select * from {table} where not coalesce({where}, false)) "
            f"to {quoted(scratch)} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
        )
        scratch.replace(path)
    return int(count)


def quoted(path: Path) -> str:
    """A path as DuckDB reads it in a statement."""
    return "'" + str(path).replace("'", "''") + "'"
