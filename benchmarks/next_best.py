"""How many times a plain group-by per customer and product does suggesting to everybody take?

Two companies: a bank (few products, many customers) and a retailer (thousands of products).
The yardstick is what any way of suggesting must do at least: find once who has what.
Customers have a taste of their own and what they take next leans on what they took last, so
that there is something to find.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regulars import engine
from regulars.engine.next_best.bundling import bundles
from regulars.engine.next_best.finding import next_products

START = date(2024, 1, 1)
DAYS = 730
CHUNK = 100_000
TASTES = 20
LEANING = 0.3


def make(path: Path, *, customers: int, products: int, mean: float, seed: int) -> int:
    """Write purchases of customers with a taste, each leaning on the one before."""
    random = np.random.default_rng(seed)
    popularity = 1.0 / (np.arange(products) + 5.0)
    taste = popularity * random.gamma(0.5, 2.0, (TASTES, products))
    taste = np.cumsum(taste, axis=1) / taste.sum(axis=1, keepdims=True)
    follower = random.permutation(products)
    rows = 0
    schema = pa.schema(
        [
            ("customer_id", pa.int64()),
            ("local_date", pa.date32()),
            ("amount", pa.float64()),
            ("product_id", pa.string()),
        ]
    )
    names = pa.array([f"P{number:05d}" for number in range(products)])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, customers, CHUNK):
            size = min(CHUNK, customers - first)
            table = _chunk(random, first, size, mean, taste, follower, names, schema)
            writer.write_table(table)
            rows += len(table)
    return rows


def _chunk(
    random: np.random.Generator,
    first: int,
    size: int,
    mean: float,
    taste: np.ndarray,
    follower: np.ndarray,
    names: pa.Array,
    schema: pa.Schema,
) -> pa.Table:
    many = 1 + random.poisson(mean - 1, size)
    owner = np.repeat(np.arange(size), many)
    kind = random.integers(0, TASTES, size)[owner]
    point = random.random(len(owner))
    item = np.empty(len(owner), np.int64)
    for each in range(TASTES):
        own = kind == each
        item[own] = np.searchsorted(taste[each], point[own])
    leans = (random.random(len(owner)) < LEANING) & (np.r_[-1, owner[:-1]] == owner)
    item[leans] = follower[item[np.flatnonzero(leans) - 1]]
    day = np.sort(random.random(len(owner)) + owner) - owner
    days = np.clip((day * DAYS).astype(np.int64), 0, DAYS - 1)
    epoch = (START - date(1970, 1, 1)).days
    return pa.table(
        [
            pa.array(owner + first),
            pa.array((days + epoch).astype(np.int32)).cast(pa.date32()),
            pa.array(np.round(random.gamma(2.0, 20.0, len(owner)), 2)),
            names.take(pa.array(np.minimum(item, len(names) - 1))),
        ],
        schema=schema,
    )


def group_by(path: Path, threads: int) -> float:
    """Time the plain group-by."""
    table = engine.connect(threads=threads).read_parquet(path)
    per = table.group_by("customer_id", "product_id").agg(
        first=table.local_date.min(), last=table.local_date.max()
    )
    start = time.perf_counter()
    per.agg(n=per.count(), last=per["last"].max()).to_pyarrow()
    return time.perf_counter() - start


def main(arguments: list[str] | None = None) -> None:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks next_best", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=12)
    parser.add_argument("--mean", type=float, default=5.0, help="purchases per customer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bundles", action="store_true", help="time bundles too")
    parser.add_argument("--seed", type=int, default=20_260_101)
    given = parser.parse_args(arguments)
    as_of = START + timedelta(days=DAYS)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "transactions.parquet"
        rows = make(
            path,
            customers=given.customers,
            products=given.products,
            mean=given.mean,
            seed=given.seed,
        )
        print(f"{given.customers:,} customers, {given.products:,} products, {rows:,} purchases")
        before = group_by(path, given.threads)
        connection = engine.connect(threads=given.threads, temp_directory=Path(name) / "spill")
        ledger = engine.open_ledger({"transactions": path}, connection=connection)
        start, worked = time.perf_counter(), time.process_time()
        found = next_products(ledger, as_of=as_of)
        spent, worked = time.perf_counter() - start, time.process_time() - worked
        suggested = found.table.count().to_pyarrow().as_py()
        if given.bundles:
            start = time.perf_counter()
            together = bundles(ledger, as_of=as_of)
            print(f"bundles {time.perf_counter() - start:.1f} s, {len(together)} found")
        after = group_by(path, given.threads)
    plain = (before + after) / 2
    print(found.judgement.sentence)
    print(f"pairs counted among {found.counted_share:.1%} of the customers")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"group-by {plain:.2f} s, {suggested:,} suggestions {spent:.1f} s")
    print(f"processor {worked:.1f} s (other work on the machine slows the wall only)")
    print(f"peak memory {peak:.1f} GB")
    print(f"ratio {spent / plain:.1f}")


if __name__ == "__main__":
    main()
