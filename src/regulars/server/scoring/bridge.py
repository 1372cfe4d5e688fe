"""The bridge to the engine: facts and records go over, one frame of scores comes back.

The engine works on pseudonyms (fact keys). What it needs of the records is snapshotted
to Parquet first, so it never reads PostgreSQL while it computes. Its answer is mapped to
customers once, after aggregating, and kept beside the run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from regulars import engine
from regulars.engine import Basis, Valuation
from regulars.server.facts.lake import quote

CUSTOMERS, FRAME, TOUCHES, RESULT = (
    "keys.parquet",
    "customers.parquet",
    "touches.parquet",
    "result.json",
)
MEMORY = "6GB"


def snapshot(folder: Path, *, as_of: date) -> None:
    """Write what the engine needs of the records: who has which pseudonym, and the touches."""
    folder.mkdir(parents=True, exist_ok=True)
    _copy_out(
        "select k.fact_key, k.customer_id, c.kind from customers_factkey k "
        "join customers_customer c on c.id = k.customer_id",
        {"fact_key": pa.int64(), "customer_id": pa.int64(), "kind": pa.string()},
        folder / CUSTOMERS,
    )
    _copy_out(
        "select k.fact_key, t.at at time zone 'utc', t.channel, "
        "case when t.inbound then 'in' else 'out' end "
        "from channels_touch t join (select customer_id, min(fact_key) as fact_key "
        "from customers_factkey group by customer_id) k on k.customer_id = t.customer_id "
        f"where t.reversed_at is null and t.at < date '{as_of.isoformat()}' + 1",
        {
            "customer_id": pa.int64(),
            "at": pa.timestamp("us"),
            "channel": pa.string(),
            "direction": pa.string(),
        },
        folder / TOUCHES,
    )


def valuate(
    files: dict[str, list[Path]], folder: Path, *, as_of: date, basis: Basis
) -> Valuation:
    """Run the engine over the living files and the snapshot."""
    spill = folder / "spill"
    bench = engine.connect(
        threads=max(os.cpu_count() or 1, 1), memory_limit=MEMORY, temp_directory=spill
    )
    keyed = {
        name: bench_view(bench, name, paths) for name, paths in files.items() if paths
    }
    tables: dict[str, Any] = {name: bench.table(view) for name, view in keyed.items()}
    if "transactions" not in tables:
        tables["transactions"] = engine.open_ledger({}, connection=bench).transactions
    touches = folder / TOUCHES
    if touches.exists():
        tables["touches"] = bench.read_parquet(touches)
    ledger = engine.Ledger(**tables, scale=100)
    return engine.valuate(ledger, as_of=as_of, basis=basis)


def bench_view(bench: Any, name: str, paths: Iterable[Path]) -> str:
    """Make a view whose pseudonym carries the engine's name for it, `customer_id`."""
    listed = ", ".join(quote(str(path)) for path in paths)
    view = f"facts_{name}"
    bench.raw_sql(
        f"create or replace view {view} as select fact_key as customer_id, "
        f"* exclude (fact_key) from read_parquet([{listed}], union_by_name = true)"
    )
    return view


def keep(valuation: Valuation, folder: Path) -> int:
    """Write the frame by PostgreSQL's customer ids, sorted; return its rows."""
    valuation.write(folder / "engine")
    with duckdb.connect(":memory:", config={"memory_limit": "3GB", "threads": 2}) as db:
        found = db.execute(
            f"""
            copy (
              select k.customer_id, k.kind, c.* exclude (customer_id)
              from read_parquet({quote(str(folder / "engine" / FRAME))}) c
              join read_parquet({quote(str(folder / CUSTOMERS))}) k
                on k.fact_key = c.customer_id
              order by k.customer_id
            ) to {quote(str(folder / FRAME))}
            (format parquet, compression zstd, row_group_size 60000)
            """
        ).fetchone()
    (folder / "engine" / FRAME).unlink()
    return int(found[0]) if found else 0


def _copy_out(select: str, types: dict[str, pa.DataType], path: Path) -> None:
    """Bring a query's rows to Parquet in batches, through COPY's text and DuckDB's reader."""
    scratch = path.with_suffix(".csv")
    with connection.cursor() as cursor, open(scratch, "wb") as out:
        # Through the wrapped cursor, so that the query runs inside the wall's transaction.
        with cursor.copy(f"copy ({select}) to stdout (format csv)") as copy:
            for block in copy:
                out.write(block)
    kinds = {name: _sql_type(kind) for name, kind in types.items()}
    with duckdb.connect(":memory:") as db:
        if scratch.stat().st_size == 0:
            empty = {name: pa.array([], type=kind) for name, kind in types.items()}
            pq.write_table(pa.table(empty), path)
        else:
            db.execute(
                f"copy (select * from read_csv({quote(str(scratch))}, header = false, "
                f"columns = {kinds})) to {quote(str(path))} (format parquet)"
            )
    scratch.unlink()


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_int64(kind):
        return "BIGINT"
    return "TIMESTAMP" if pa.types.is_timestamp(kind) else "VARCHAR"
