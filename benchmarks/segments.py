"""How fast is a segment counted at ten million customers and a hundred million transactions?

Writes a board, its sample and facts as Parquet (synthetic, seeded by hash), then asks six
typical rules with the SQL that the pages send: attributes and scores exactly, with 2,000
changed records laid over; rules over a span of time first from the sample, then exactly.
Prints milliseconds (median of three) beside the goals: 300 ms for attributes, scores and
estimates, 3 s for the exact count over a span.

    python -m benchmarks segments [--customers 10000000] [--folder DIR]

With `--folder` the files are kept there and the next call only measures.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.goals import Finding, Goal, found
from regulars.server.segments.rules.fields import GIVEN, Field, of_frame, settled
from regulars.server.segments.rules.sql import (
    Compiler,
    Lookup,
    Statement,
    Times,
    counting,
    joined,
    looked_up,
    stepping,
)
from regulars.server.segments.rules.tree import Condition, Group, Window

ON = date(2026, 11, 21)
SAMPLE, CHANGED, PART, THREADS = 64, 2_000, 1_000_000, 2
CUSTOMERS = 10_000_000  # that the goals name
SCAN = Goal("segment of attributes and scores, exact count (slowest)", most=300, unit="ms")
ESTIMATE = Goal("segment over a span of time, estimate (slowest)", most=300, unit="ms")
SPAN = Goal("segment over a span of time, exact count (slowest)", most=3_000, unit="ms")
GOALS = (SCAN, ESTIMATE, SPAN)
WAYS = ("call", "wecom", "sms", "email")
SCORES = [
    ("value", "DOUBLE"), ("contribution_12", "DOUBLE"), ("p_alive", "DOUBLE"),
    ("stage", "VARCHAR"), ("tier", "VARCHAR"), ("purchase_count", "BIGINT"),
]  # fmt: skip
BOARD = """
select i as customer_id, i as fact_key, (hash(i) % 5000)::bigint as book_id,
  case when hash(i, 1) % 20 = 0 then 'organization' else 'person' end as kind,
  case when hash(i, 2) % 9 = 0 then null
       else date '1940-01-01' + (hash(i, 3) % 25000)::int end as birth_date,
  case when hash(i, 4) % 3 = 0 then '' else E'\\x1fcall\\x1fsms\\x1f' end as reach,
  hash(i, 5) % 1000 = 0 as no_profiling,
  case when hash(i, 6) % 2 = 0 then null
       else date '2026-11-21' - (hash(i, 7) % 400)::int end as last_answer,
  (hash(i, 8) % 100000000)::double / 100 as value,
  (hash(i, 9) % 100000)::double / 100 as contribution_12,
  (hash(i, 10) % 1000)::double / 1000 as p_alive,
  (['new', 'active', 'loyal', 'at_risk', 'dormant', 'lost'])
  [(1 + hash(i, 11) % 6)::int] as stage,
  (['private', 'premier', 'target', 'mass'])[(1 + hash(i, 12) % 4)::int] as tier,
  (hash(i, 13) % 40)::bigint as purchase_count
from range({low}, {high}) t(i)
"""
MOVES = """
select (i // 10)::bigint as fact_key,
  date '2026-11-21' - (hash(i, 1) % 730)::int as local_date,
  ((hash(i, 2) % 100000) + 1)::bigint as amount,
  'o' || (i % 10) as order_id, 'c' || (hash(i, 3) % 30) as category,
  'P' || (hash(i, 4) % 50) as product_id, 'pos' as channel,
  (['purchase', 'purchase', 'purchase', 'refund', 'inflow', 'outflow'])
  [(1 + hash(i, 5) % 6)::int] as kind
from range({low}, {high}) t(i)
"""


def one(field: str, op: str, *values: str, days: int = 0, **only: tuple[str, ...]) -> Condition:
    return Condition(
        field, op, values, Window(days=days) if days else None, tuple(only.items())
    )


RULES = {
    "stage and tier": Group("all", (
        one("stage", "in", "at_risk", "dormant"), one("tier", "in", "private", "premier"),
    )),
    "four figures, one or the other": Group("all", (
        one("value", "ge", "200000"), one("kind", "in", "person"),
        Group("any", (one("p_alive", "lt", "0.4"), one("stage", "in", "dormant"))),
        one("last_answer", "not_within", "60"),
    )),
    "age, way open, top fifth by value": Group("all", (
        one("age", "ge", "60"), one("reach", "in", "call"), one("value", "top", "20"),
    )),
    "spent 500 on a category in 90 days": Group(
        "all", (one("spend", "ge", "500", days=90, category=("c3",)),)
    ),
    "no activity in 60 days, with money": Group(
        "all", (one("activity", "none", days=60), one("value", "ge", "200000"))
    ),
    "bought twice in 30 days, at risk": Group(
        "all", (one("purchases", "ge", "2", days=30), one("stage", "in", "at_risk"))
    ),
}  # fmt: skip


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    given = _arguments(arguments)
    kept = nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory()
    with kept as folder:
        root = Path(folder)
        db = duckdb.connect(config={"threads": THREADS, "memory_limit": "3GB"})
        db.execute("set parquet_metadata_cache = true; set enable_progress_bar = false")
        if not (root / "done").exists():
            _make(db, root, given.customers)
        yield from _measure(db, root, given.customers)


def _make(db: duckdb.DuckDBPyConnection, root: Path, customers: int) -> None:
    root.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for number, low in enumerate(range(0, customers, PART)):
        high = min(low + PART, customers)
        part = root / f"part-{number:04}.parquet"
        _write(db, BOARD.format(low=low, high=high), part, 122_880, packed="uncompressed")
        moves = MOVES.format(low=10 * low, high=10 * high)
        path = root / f"moves-{number:04}.parquet"
        _write(db, f"{moves} order by fact_key, local_date", path, 60_000)
    board, moves = _parquet(root, "part-*"), _parquet(root, "moves-*")
    inside = f"md5_number_lower(customer_id::varchar) % {SAMPLE} = 0"
    _write(
        db,
        f"select * from {board} where {inside}",
        root / "sample.parquet",
        122_880,
        packed="uncompressed",
    )
    keys = f"select fact_key from {_parquet(root, 'sample')}"
    few = f"select * from {moves} semi join ({keys}) using (fact_key)"
    _write(db, few, root / "few.parquet", 60_000)
    (root / "done").write_text(str(customers))
    print(f"made {customers:,} customers in {time.monotonic() - began:.0f} s")


def _measure(db: duckdb.DuckDBPyConnection, root: Path, customers: int) -> Iterator[Finding]:
    board, moves = _parquet(root, "part-*"), _parquet(root, "moves-*")
    laid = _laid_over(db, board, customers)
    print(f"{customers:,} customers, {10 * customers:,} transactions, {THREADS} threads")
    print("busy: processor time over the threads, which other work on the machine cannot move")
    heads = ("estimate", "count", "busy", "goal", "sums")
    print(f"{'rule':38}{''.join(f'{head:>10}' for head in heads)}   customers")
    took: dict[Goal, list[tuple[float, float]]] = {SCAN: [], ESTIMATE: [], SPAN: []}
    for name, rule in RULES.items():
        spans = any(leaf.window for leaf in _leaves(rule))
        count = _timed(db, rule, laid, moves)
        sums = _timed(db, rule, laid, moves, whole=True)
        goal, first, note = (SPAN if spans else SCAN), "", ""
        took[goal].append((count.wall, count.busy))
        if spans:
            few = _timed(db, rule, _parquet(root, "sample"), _parquet(root, "few"), whole=True)
            took[ESTIMATE].append((few.wall, few.busy))
            first, note = f"{few.wall:.0f} ms", f" (estimated {few.found * SAMPLE:,})"
        print(
            f"{name:38}{first:>10}{count.wall:7.0f} ms{count.busy:7.0f} ms{goal.most:7} ms"
            f"{sums.wall:7.0f} ms   {count.found:,}{note}",
            flush=True,
        )
    for goal, times in took.items():
        wall, busy = max(times)
        yield found(goal, wall, f"processor {busy:.0f} ms on each of {THREADS} threads")


def _laid_over(db: duckdb.DuckDBPyConnection, board: str, customers: int) -> str:
    """The board with records that changed since, as `queries.ground` lays them over it."""
    step = max(customers // CHANGED, 1)
    own = ("book_id", "kind", "birth_date", "reach", "no_profiling", "last_answer")
    db.execute(
        f"create or replace temp table changed as select customer_id, {', '.join(own)} "
        f"from {board} where customer_id % {step} = 0"
    )
    replaced = ", ".join(
        f"case when c.customer_id is null then o.{name} else c.{name} end as {name}"
        for name in own
    )
    return (
        f"(select o.* replace ({replaced}) from {board} o "
        "left join changed c on c.customer_id = o.customer_id)"
    )


@dataclass(frozen=True)
class Took:
    """Milliseconds on the clock and of the processor, and how many were found."""

    wall: float
    busy: float
    found: int


def _timed(
    db: duckdb.DuckDBPyConnection, rule: Group, board: str, moves: str, *, whole: bool = False
) -> Took:
    """Ask as the pages do: look up the facts and count; `whole` adds sums and steps."""
    fields: dict[str, Field] = {f.key: f for f in [*GIVEN, *of_frame(SCORES)]}
    compiler = Compiler(fields, Times(ON, ON), Lookup(cuts={("value", "20"): 800_000.0}))
    node = settled(rule, fields)
    assert isinstance(node, Group)
    where = compiler.where(node)
    prefixes = [Group(node.mode, node.parts[:n]) for n in range(1, len(node.parts))]
    steps = tuple(compiler.where(prefix) for prefix in prefixes)
    lookups = {
        one.name: looked_up(one, {"transactions": moves}) for one in compiler.fetched.values()
    }
    tables = {name: f"held_{name}" for name in lookups}
    asked = Statement(where, joined(f"{board} b", tables), "no_profiling", steps)
    known = {"names": {"value", "contribution_12"}, "ways": WAYS} if whole else {}
    walls, busy, row = [], [], (0,)
    for _ in range(3):
        began, worked = time.perf_counter(), time.process_time()
        for name, select in lookups.items():
            db.execute(f"create or replace temp table held_{name} as {select}")
        row = db.execute(counting(asked, **known)).fetchone() or (0,)  # type: ignore[arg-type]
        if steps and whole:
            db.execute(stepping(asked)).fetchone()
        walls.append(1_000 * (time.perf_counter() - began))
        busy.append(1_000 * (time.process_time() - worked) / THREADS)
    return Took(statistics.median(walls), statistics.median(busy), int(row[0]))


def _leaves(rule: Group) -> list[Condition]:
    found = [_leaves(p) if isinstance(p, Group) else [p] for p in rule.parts]
    return [leaf for part in found for leaf in part]


def _write(
    db: duckdb.DuckDBPyConnection, select: str, path: Path, rows: int, *, packed: str = "zstd"
) -> None:
    db.execute(
        f"copy ({select}) to '{path}' "
        f"(format parquet, compression {packed}, row_group_size {rows})"
    )


def _parquet(root: Path, pattern: str) -> str:
    return f"read_parquet('{root / pattern}.parquet')"


def _arguments(given: list[str] | None) -> argparse.Namespace:
    known = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    known.add_argument("--customers", type=int, default=CUSTOMERS)
    known.add_argument("--folder", default="")
    return known.parse_args(given)
