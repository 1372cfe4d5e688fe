"""A DuckDB of its own to write a board on: it keeps nothing."""

from __future__ import annotations

import duckdb


def open_workbench() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "3GB"})
