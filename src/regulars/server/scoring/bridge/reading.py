"""The living fact files and the snapshot, opened as the engine's ledger."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import engine
from regulars.server.facts.lake import quote
from regulars.server.scoring.bridge.names import ATTRIBUTES, MEMORY, SUMS_VERSION, TOUCHES

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from regulars.engine import Ledger


def open_ledger(
    files: dict[str, list[Path]], folder: Path, *, sums: Path, scale: int
) -> Ledger:
    """Show the living files and the snapshot to the engine, on a connection of their own.

    `scale`: how many units of the files' amounts make one of money.
    """
    spill = folder / "spill"
    bench = engine.connect(
        threads=max(os.cpu_count() or 1, 1), memory_limit=MEMORY, temp_directory=spill
    )
    keyed = {name: bench_view(bench, name, paths) for name, paths in files.items() if paths}
    tables: dict[str, Any] = {name: bench.table(view) for name, view in keyed.items()}
    if files.get("transactions"):
        tables["days"] = bench.read_parquet(summed(bench, files["transactions"], sums))
    if "transactions" not in tables:
        tables["transactions"] = engine.open_ledger({}, connection=bench).transactions
    for name, file in (("touches", TOUCHES), ("attributes", ATTRIBUTES)):
        if (folder / file).exists():
            tables[name] = bench.read_parquet(folder / file)
    return engine.Ledger(**tables, scale=scale)


def summed(bench: Any, files: list[Path], sums: Path) -> list[Path]:
    """Return the days of each file of transactions, summing up those that are new.

    A fact file never changes, so its sums do not either: a night reads the new day's file
    and nothing else again.
    """
    from regulars.engine.daily import write_days

    place = sums / SUMS_VERSION
    place.mkdir(parents=True, exist_ok=True)
    found = {path: place / path.name for path in files}
    for path, days in found.items():
        if not days.exists():
            scratch = days.with_suffix(".part")
            bench_view(bench, "one", [path])
            write_days(engine.Ledger(bench.table("facts_one")), scratch)
            scratch.replace(days)
    return list(found.values())


def bench_view(bench: Any, name: str, paths: Iterable[Path]) -> str:
    """Make a view whose pseudonym carries the engine's name for it, `customer_id`."""
    listed = ", ".join(quote(str(path)) for path in paths)
    view = f"facts_{name}"
    bench.raw_sql(
        f"create or replace view {view} as select fact_key as customer_id, "
        f"* exclude (fact_key) from read_parquet([{listed}], union_by_name = true)"
    )
    return view
