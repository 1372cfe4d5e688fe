"""How many times a plain group-by per customer does a whole valuation take?

The yardstick is what any tool must do at least: count, first, last and sum per customer
over the same Parquet file, in the same process, rows in the order of time as facts arrive.
Both run on a fresh connection; the group-by runs before and after, and the mean counts.
Processor seconds are printed beside wall seconds, because other work on the machine slows
the latter only.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regulars import engine

START = date(2024, 1, 1)
DAYS = 730
CHUNK = 200_000  # customers made at once, so that making them needs little memory


def make(path: Path, *, customers: int, mean_purchases: float, seed: int) -> int:
    """Write transactions of customers who buy at their own rate until they stop."""
    random = np.random.default_rng(seed)
    rows = 0
    schema = pa.schema(
        [
            ("customer_id", pa.int64()),
            ("occurred_at", pa.timestamp("us")),
            ("local_date", pa.date32()),
            ("amount", pa.int64()),
            ("kind", pa.string()),
            ("order_id", pa.int64()),
        ]
    )
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, customers, CHUNK):
            ids = np.arange(first, min(first + CHUNK, customers))
            table = _chunk(random, ids, mean_purchases, rows, schema)
            writer.write_table(table)
            rows += len(table)
    return rows


def _chunk(
    random: np.random.Generator, ids: np.ndarray, mean: float, made: int, schema: pa.Schema
) -> pa.Table:
    joined = random.integers(0, DAYS - 30, len(ids))
    lasting = np.minimum(DAYS - joined, 1 + random.exponential(600, len(ids)))
    # The mean lifetime is about a third of the two years; the rates make up for it.
    rate = random.gamma(0.6, 1 / 0.6, len(ids)) * mean / 245.0
    counts = 1 + random.poisson(rate * lasting)
    who = np.repeat(np.arange(len(ids)), counts)
    offset = random.random(len(who)) * lasting[who]
    starts = np.cumsum(counts) - counts
    offset[starts] = 0.0
    day = (joined[who] + offset).astype(np.int64)
    level = random.lognormal(8.5, 0.6, len(ids))
    amount = np.maximum(1, level[who] * random.gamma(3.0, 1 / 3.0, len(who))).astype(np.int64)
    refund = random.random(len(who)) < 0.02
    refund[starts] = False
    epoch = (START - date(1970, 1, 1)).days + day
    seconds = epoch * 86_400 + random.integers(8 * 3600, 21 * 3600, len(who))
    return pa.table(
        [
            pa.array(ids[who]),
            pa.array(seconds * 1_000_000, pa.timestamp("us")),
            pa.array(epoch.astype(np.int32), pa.date32()),
            pa.array(np.where(refund, -amount, amount)),
            pa.array(np.where(refund, "refund", "purchase")),
            pa.array(made + np.arange(len(who))),
        ],
        schema=schema,
    )


def by_time(path: Path, threads: int) -> Path:
    """Write the rows again in the order of time."""
    sorted_path = path.with_name("by_time.parquet")
    table = engine.connect(threads=threads, temp_directory=path.parent).read_parquet(path)
    table.order_by("occurred_at").to_parquet(sorted_path)
    path.unlink()
    return sorted_path


@dataclass(frozen=True)
class Spent:
    """Seconds on the wall and of the processors."""

    wall: float
    processor: float


@contextmanager
def clock() -> Iterator[list[Spent]]:
    """Measure a block; the answer is appended at its end."""
    answer: list[Spent] = []
    wall, processor = time.perf_counter(), time.process_time()
    yield answer
    answer.append(Spent(time.perf_counter() - wall, time.process_time() - processor))


def group_by(path: Path, threads: int) -> Spent:
    """Time the plain group-by."""
    table = engine.connect(threads=threads).read_parquet(path)
    per = table.group_by("customer_id").agg(
        n=table.count(),
        first=table.occurred_at.min(),
        last=table.occurred_at.max(),
        total=table.amount.sum(),
    )
    answer = per.agg(n=per.n.sum(), total=per.total.sum(), last=per["last"].max())
    with clock() as spent:
        answer.to_pyarrow()
    return spent[0]


def valuation(path: Path, threads: int, folder: Path) -> tuple[Spent, engine.Valuation]:
    """Time the valuation, written to Parquet."""
    connection = engine.connect(threads=threads, temp_directory=folder / "spill")
    ledger = engine.open_ledger({"transactions": path}, scale=100, connection=connection)
    with clock() as spent:
        result = engine.valuate(ledger, as_of=START + timedelta(days=DAYS))
        result.write(folder / "out")
    return spent[0], result


def main(arguments: list[str] | None = None) -> None:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks valuation", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--purchases", type=float, default=10.0, help="mean per customer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20_260_101)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "transactions.parquet"
        rows = make(
            path, customers=given.customers, mean_purchases=given.purchases, seed=given.seed
        )
        path = by_time(path, given.threads)
        print(f"{given.customers:,} customers, {rows:,} transactions, {given.threads} threads")
        before = group_by(path, given.threads)
        whole, result = valuation(path, given.threads, folder)
        after = group_by(path, given.threads)
    for step, spent in result.seconds.items():
        print(f"  {step:12} {spent:7.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    plain = Spent((before.wall + after.wall) / 2, (before.processor + after.processor) / 2)
    print(f"group-by  {plain.wall:6.2f} s wall {plain.processor:6.2f} s processor")
    print(f"valuation {whole.wall:6.2f} s wall {whole.processor:6.2f} s processor")
    print(f"peak memory {peak:.1f} GB")
    print(f"ratio {whole.wall / plain.wall:.1f} (processor {_ratio(whole, plain):.1f})")


def _ratio(whole: Spent, plain: Spent) -> float:
    return whole.processor / plain.processor


if __name__ == "__main__":
    main()
