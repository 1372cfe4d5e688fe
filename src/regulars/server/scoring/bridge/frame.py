"""The engine's answer, mapped to customers once and kept beside the run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from regulars import engine
from regulars.server.facts.lake import quote
from regulars.server.scoring.bridge.names import (
    ASSETS,
    CUSTOMERS,
    FRAME,
    MARKS,
    MONTHS,
    SPANS,
)

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from regulars.engine import Basis, Ledger, Valuation


def valuate(ledger: Ledger, *, as_of: date, basis: Basis) -> Valuation:
    """Run the engine."""
    return engine.valuate(ledger, as_of=as_of, basis=basis)


def keep(valuation: Valuation, folder: Path) -> int:
    """Write the frame by PostgreSQL's customer ids, sorted; return its rows."""
    valuation.write(folder / "engine")
    with session(folder) as db:
        cohort = _cohort(_first_day(db, folder, as_of=valuation.as_of))
        held, holders = _held(folder)
        found = db.execute(
            f"""
            copy (
              select k.customer_id, k.kind, c.* exclude (customer_id), k.branch,
                     {cohort} as cohort,
                     coalesce(columns(m.* exclude (customer_id)), false){held}
              from read_parquet({quote(str(folder / "engine" / FRAME))}) c
              join read_parquet({quote(str(folder / CUSTOMERS))}) k
                on k.fact_key = c.customer_id
              left join read_parquet({quote(str(folder / "engine" / MARKS))}) m
                on m.customer_id = c.customer_id
              {holders}
              order by k.customer_id
            ) to {quote(str(folder / FRAME))}
            (format parquet, compression zstd, row_group_size 60000)
            """
        ).fetchone()
        for name in (MONTHS, ASSETS):
            _by_customer(db, folder, name)
    for name in (FRAME, MARKS, MONTHS, ASSETS):
        (folder / "engine" / name).unlink(missing_ok=True)
    return int(found[0]) if found else 0


def put_together(folder: Path, parts: Sequence[str], into: str) -> None:
    """Write the frame with the columns of the parts beside it, in the frame's order."""
    scratch = folder / f".{into}"
    joins = " ".join(
        f"left join read_parquet({quote(str(folder / name))}) part_{n} using (customer_id)"
        for n, name in enumerate(parts)
    )
    with session(folder) as db:
        db.execute(
            f"copy (select * from read_parquet({quote(str(folder / FRAME))}) base {joins} "
            f"order by customer_id) to {quote(str(scratch))} "
            "(format parquet, compression zstd, row_group_size 60000)"
        )
    scratch.replace(folder / into)


def session(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB that spills beside the run when a base is larger than its memory."""
    spill = str(folder / "spill")
    return duckdb.connect(
        ":memory:", config={"memory_limit": "3GB", "threads": 2, "temp_directory": spill}
    )


def _by_customer(db: duckdb.DuckDBPyConnection, folder: Path, name: str) -> None:
    brought = folder / "engine" / name
    if brought.exists():
        db.execute(
            f"copy (select k.customer_id, p.* exclude (customer_id) "
            f"from read_parquet({quote(str(brought))}) p "
            f"join read_parquet({quote(str(folder / CUSTOMERS))}) k "
            f"on k.fact_key = p.customer_id order by k.customer_id, 2) "
            f"to {quote(str(folder / name))} "
            "(format parquet, compression zstd, row_group_size 60000)"
        )


def _held(folder: Path) -> tuple[str, str]:
    """Who had money with us when the periods began: columns, and the join that brings them."""
    assets = folder / "engine" / ASSETS
    if not assets.exists():
        return "", ""
    began = ", ".join(
        f"bool_or(month = {n} and aum > 0) as held_{name}" for name, n in SPANS.items()
    )
    join = (
        f"left join (select customer_id, {began} from read_parquet({quote(str(assets))}) "
        "group by 1) h on h.customer_id = c.customer_id"
    )
    return ", coalesce(columns(h.* exclude (customer_id)), false)", join


def _first_day(db: duckdb.DuckDBPyConnection, folder: Path, *, as_of: date) -> str:
    """When a customer was first known: by activity, or by a balance that lay there before."""
    frame = quote(str(folder / "engine" / FRAME))
    known = {row[0] for row in db.execute(f"describe from read_parquet({frame})").fetchall()}
    if "days_known" not in known:
        return "c.first_on"
    return f"least(c.first_on, date '{as_of}' - c.days_known::integer)"


def _cohort(day: str) -> str:
    return f"strftime({day}, '%YQ') || quarter({day})"
