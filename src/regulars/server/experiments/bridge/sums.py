"""Assignments to DuckDB, sums of the arms back; and what a window looked like in the past."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection

from regulars.engine import uplift
from regulars.engine.uplift import Moments
from regulars.server.experiments.bridge.outcomes import BEFORE, Wanted, select
from regulars.server.facts.lake import quote

NOW = "outcome"
ASSIGNED = "customer_id bigint, arm varchar, day date, reached int"
KEYS = "fact_key bigint, customer_id bigint"


@contextmanager
def assigned(
    rows: str, parameters: Sequence[Any], *, contacts: str = ""
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date | None, date | None]]:
    """Open a DuckDB that holds the tables `assigned` and `keys` of some customers.

    `rows` is a PostgreSQL SELECT of customer_id, arm, day; `contacts` one of customer_id and
    day on which a customer was contacted. Gives the first and the last day, too.
    """
    with tempfile.TemporaryDirectory(prefix="regulars-arms-") as folder:
        reached = "0::int" if not contacts else (
            f"(exists (select 1 from ({contacts}) t where t.customer_id = a.customer_id "
            "and t.day >= a.day and t.day < a.day + a.span))::int"
        )  # fmt: skip
        told = Path(folder) / "assigned.csv"
        _copy(
            f"select a.customer_id, a.arm, a.day, {reached} from ({rows}) a", parameters, told
        )
        keys = Path(folder) / "keys.csv"
        _copy(
            "select k.fact_key, k.customer_id from customers_factkey k "
            f"join ({rows}) a using (customer_id)",
            parameters,
            keys,
        )
        db = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "3GB"})
        try:
            _hold(
                db, "assigned", told, "customer_id bigint, arm varchar, day date, reached int"
            )
            _hold(db, "keys", keys, "fact_key bigint, customer_id bigint")
            days = db.execute("select min(day), max(day) from assigned").fetchone()
            yield db, *(days or (None, None))
        finally:
            db.close()


def moments(
    db: duckdb.DuckDBPyConnection, wanted: Wanted, *, first: date, last: date
) -> dict[str, Moments]:
    """Sum the outcome's columns by arm."""
    columns = [column.name for column in wanted.columns]
    if wanted.contacts:
        columns.append("reached")
    import ibis  # here: a page that plans never loads it

    made = select(wanted, first=first, last=last)
    db.execute(f"create or replace temp table outcomes as {made}")
    table = ibis.duckdb.from_connection(db).table("outcomes")
    return uplift.moments_by_arm(table, columns)


def history(
    db: duckdb.DuckDBPyConnection, wanted: Wanted, *, first: date, last: date
) -> tuple[int, float, float, float]:
    """Customers, mean and deviation of the outcome, and the share that the past leaves.

    Everybody in `assigned` counts, whatever arm they are said to be in.
    """
    found = moments(db, wanted, first=first, last=last)
    whole: Moments | None = None
    for each in found.values():
        whole = each if whole is None else whole + each
    if whole is None or whole.n < 2:
        return (0, 0.0, 0.0, 1.0)
    variance, own = whole.variance(NOW), whole.variance(BEFORE)
    shared = whole.covariance(NOW, BEFORE)
    left = 1.0 - shared**2 / (variance * own) if variance > 0 and own > 0 else 1.0
    return whole.n, whole.mean(NOW), variance**0.5, max(left, 0.01)


def _copy(select: str, parameters: Sequence[Any], path: Path) -> None:
    with (
        connection.cursor() as db,
        path.open("wb") as out,
        db.copy(f"copy ({select}) to stdout (format csv)", list(parameters)) as copy,
    ):
        for block in copy:
            out.write(block)


def _hold(db: duckdb.DuckDBPyConnection, name: str, path: Path, columns: str) -> None:
    db.execute(f"create temp table {name} ({columns})")
    if path.stat().st_size:
        table = f"read_csv({quote(str(path))}, header = false, columns = {_types(columns)})"
        db.execute(f"insert into {name} select * from {table}")


def _types(columns: str) -> str:
    pairs = (each.split() for each in columns.split(","))
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in pairs) + "}"
