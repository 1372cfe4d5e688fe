"""How many times a plain group-by per customer does a whole valuation take?

The yardstick is what any tool must do at least: count, first, last and sum per customer
over the same Parquet file, rows in the order of time as facts arrive. It runs before and
after the rest, and the mean counts. Every step is a process of its own, so that its peak
memory is its own. Ratios are of wall seconds; those of processor seconds stand beside
them, because other work on the machine slows the wall clock only.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.goals import Finding, Goal, found, missing
from regulars import engine
from regulars.engine.backends import Workbench
from regulars.engine.daily import write_days
from regulars.engine.measures import rfm
from regulars.engine.measures.concentration import concentration
from regulars.engine.measures.histories import histories
from regulars.engine.models import MBG_NBD
from regulars.engine.scores import HORIZONS, gather
from regulars.engine.value.ahead import foresee, outlooks
from regulars.engine.value.forecast import forecaster, histories_of

START = date(2024, 1, 1)
DAYS = 730
AS_OF = START + timedelta(days=DAYS)
NEW_SHARE = 0.01
CUSTOMERS = 10_000_000  # that the goals name
RAW = Goal("valuation from raw facts", most=5.0, unit="x group-by")
RAW_PEAK = Goal("valuation from raw facts: peak memory", most=6.0, unit="GB")
STORED = Goal("valuation from stored aggregates", most=2.5, unit="x group-by")
STORED_PEAK = Goal("valuation from stored aggregates: peak memory", most=3.0, unit="GB")
RFM_ABC = Goal("RFM and ABC", most=0.2, unit="x group-by")
NEXT_DAY = Goal("next day's run after 1 % new facts", most=0.3, unit="x run from raw")
SCORING = Goal("scoring, all scores from the summary", least=2e6, unit="customers/s")
GOALS = (RAW, RAW_PEAK, STORED, STORED_PEAK, RFM_ABC, NEXT_DAY, SCORING)
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


def by_time(path: Path, threads: int, memory: str) -> None:
    """Write the rows in the order of time: most of them, and the newest as a file apart."""
    bench = engine.connect(threads=threads, memory_limit=memory, temp_directory=path.parent)
    table = bench.read_parquet(path)
    day = table.local_date.epoch_days()
    edge = table.agg(edge=day.quantile(1 - NEW_SHARE).ceil()).to_pyarrow()["edge"][0].as_py()
    table.order_by("occurred_at").to_parquet(path.with_name("facts.parquet"))
    for name, rows in (
        ("known", table.filter(day < edge)),
        ("new", table.filter(day >= edge)),
    ):
        rows.order_by("occurred_at").to_parquet(path.with_name(f"{name}.parquet"))
    path.unlink()


@dataclass(frozen=True)
class Spent:
    """What a step took: seconds on the wall and of the processors, and memory in GB."""

    wall: float
    processor: float
    peak: float
    said: dict[str, float] = field(default_factory=dict)


@contextmanager
def clock(said: dict[str, float]) -> Iterator[list[Spent]]:
    """Measure a block; the answer is appended at its end."""
    answer: list[Spent] = []
    wall, processor = time.perf_counter(), time.process_time()
    yield answer
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    took = time.perf_counter() - wall, time.process_time() - processor
    answer.append(Spent(*took, peak, said))


@dataclass(frozen=True)
class Place:
    """Where the files lie and what may be used."""

    folder: Path
    threads: int
    memory: str

    def ledger(self, **files: list[str]) -> engine.Ledger:
        """Open a ledger on a connection of its own."""
        bench = engine.connect(
            threads=self.threads,
            memory_limit=self.memory,
            temp_directory=self.folder / "spill",
        )
        paths = {
            name: [self.folder / f"{each}.parquet" for each in given]
            for name, given in files.items()
        }
        return engine.open_ledger(paths, scale=100, connection=bench)


def group_by(place: Place) -> Spent:
    """Time the plain group-by."""
    table = place.ledger(transactions=["facts"]).transactions
    per = table.group_by("customer_id").agg(
        n=table.count(),
        first=table.occurred_at.min(),
        last=table.occurred_at.max(),
        total=table.amount.sum(),
    )
    answer = per.agg(n=per.n.sum(), total=per.total.sum(), last=per["last"].max())
    with clock({}) as spent:
        answer.to_pyarrow()
    return spent[0]


def from_raw(place: Place) -> Spent:
    """Time the valuation from transactions, written to Parquet."""
    return _valuation(place, place.ledger(transactions=["facts"]))


def from_aggregates(place: Place) -> Spent:
    """Time the valuation from the stored days of one file."""
    return _valuation(place, place.ledger(days=["facts_days"]))


def next_day(place: Place) -> Spent:
    """Time the day's new facts: their days are summed up, then all customers valued."""
    new = place.ledger(transactions=["new"])
    with clock({}) as folded:
        write_days(new, place.folder / "new_days.parquet")
    whole = _valuation(place, place.ledger(days=["known_days", "new_days"]))
    seconds = folded[0].wall + whole.wall, folded[0].processor + whole.processor
    return Spent(*seconds, whole.peak, {"folding in": folded[0].wall, **whole.said})


def _valuation(place: Place, ledger: engine.Ledger) -> Spent:
    said: dict[str, float] = {}
    with clock(said) as spent:
        result = engine.valuate(ledger, as_of=AS_OF, folder=place.folder / "out")
    said.update(result.seconds)
    return spent[0]


def store_days(place: Place) -> Spent:
    """Time the writing of the days beside the facts."""
    with clock({}) as spent:
        write_days(place.ledger(transactions=["facts"]), place.folder / "facts_days.parquet")
    write_days(place.ledger(transactions=["known"]), place.folder / "known_days.parquet")
    return spent[0]


def rfm_and_abc(place: Place) -> Spent:
    """Time cut points and classes from the summary, and every customer's score."""
    _, base = _base(place)
    with clock({}) as spent:
        cuts = rfm.cuts_of(base)
        _, classes = concentration(base.net_spend.to_pyarrow().to_numpy())
        scored = rfm.score(base, cuts)
        first = (scored.net_spend >= classes.a).cast("int8")
        scored.agg(best=(scored.rfm == "555").sum(), a=first.sum()).to_pyarrow()
    return spent[0]


def scoring(place: Place) -> Spent:
    """Time P(alive), expected purchases and the range of money for every customer."""
    bench, base = _base(place)
    fitted = MBG_NBD.fit(histories_of(base))
    ahead, _ = forecaster(base, model=MBG_NBD, fitted=fitted, discount_rate=0.1)
    said: dict[str, float] = {}
    with clock(said) as spent:
        pairs = outlooks(base, ahead, bench, months=HORIZONS)
        wide = foresee(base, pairs, ahead, HORIZONS)
        names = ["p_alive", "expected_spend"]
        names += [
            f"{name}_{h}"
            for name in ("discounted", "money_low", "money_high")
            for h in HORIZONS
        ]
        wide.agg(n=wide.count(), **{name: wide[name].sum() for name in names}).to_pyarrow()
    said["customers/s"] = base.count().to_pyarrow().as_py() / spent[0].wall
    return spent[0]


def _base(place: Place) -> tuple[Workbench, object]:
    ledger = place.ledger(days=["facts_days"])
    bench = Workbench(ledger.transactions.get_backend())
    summary = histories(ledger, bench, as_of=AS_OF, basis=engine.RETAIL)
    wide = gather(summary, basis=engine.RETAIL, balances=None, held=None, contacts=None)
    return bench, bench.keep(wide)


STEPS: dict[str, Callable[[Place], Spent]] = {
    each.__name__: each
    for each in (
        *(group_by, from_raw, store_days, from_aggregates),
        *(rfm_and_abc, scoring, next_day),
    )
}


def run(step: str, place: Place) -> Spent:
    """Run a step as a process of its own."""
    given = [
        f"--folder={place.folder}",
        f"--threads={place.threads}",
        f"--memory={place.memory}",
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "benchmarks",
            "valuation",
            f"--step={step}",
            *given,
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Spent(**json.loads(done.stdout.splitlines()[-1]))


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks valuation", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--purchases", type=float, default=10.0, help="mean per customer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="2500MB", help="of the engine, before it spills")
    parser.add_argument("--seed", type=int, default=20_260_101)
    parser.add_argument("--folder", type=Path, help="where the files of a run lie")
    parser.add_argument("--step", choices=STEPS, help="one step alone, over such files")
    given = parser.parse_args(arguments)
    if given.step is not None:
        place = Place(given.folder, given.threads, given.memory)
        print(json.dumps(asdict(STEPS[given.step](place))))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        place = Place(Path(name), given.threads, given.memory)
        path = place.folder / "transactions.parquet"
        rows = make(
            path, customers=given.customers, mean_purchases=given.purchases, seed=given.seed
        )
        by_time(path, given.threads, given.memory)
        print(f"{given.customers:,} customers, {rows:,} transactions, {given.threads} threads")
        yield from _report(place)


def _report(place: Place) -> Iterator[Finding]:
    before = run("group_by", place)
    measured = {}
    for step in STEPS:
        if step != "group_by":
            try:
                measured[step] = run(step, place)
            except subprocess.CalledProcessError as died:
                print(f"{step} failed: {died}")
    after = run("group_by", place)
    plain = Spent(
        (before.wall + after.wall) / 2,
        (before.processor + after.processor) / 2,
        max(before.peak, after.peak),
    )
    _line("group-by", plain, plain)
    for step, spent in measured.items():
        _line(step.replace("_", " "), spent, plain)
    measured["group_by"] = plain
    for goals, step, of in (
        ((RAW, RAW_PEAK), "from_raw", "group_by"),
        ((STORED, STORED_PEAK), "from_aggregates", "group_by"),
        ((RFM_ABC,), "rfm_and_abc", "group_by"),
        ((NEXT_DAY,), "next_day", "from_raw"),
    ):
        if step not in measured or of not in measured:
            yield from missing(goals, "its step failed, see above")
            continue
        yield _ratio(goals[0], measured[step], measured[of])
        for peak in goals[1:]:
            yield found(peak, measured[step].peak)
    if "scoring" in measured:
        yield found(SCORING, measured["scoring"].said["customers/s"])


def _ratio(goal: Goal, spent: Spent, of: Spent) -> Finding:
    busy = spent.processor / of.processor
    said = f"{spent.wall:.1f} s of {of.wall:.1f} s; by processor seconds {busy:.2f} x"
    return found(goal, _times(spent, of), said)


def _times(spent: Spent, of: Spent) -> float:
    return spent.wall / of.wall


def _line(name: str, spent: Spent, plain: Spent) -> None:
    processor = spent.processor / plain.processor
    print(
        f"{name:16} {spent.wall:8.2f} s wall {spent.processor:8.2f} s processor "
        f"{_times(spent, plain):6.2f} x ({processor:.2f} x) {spent.peak:5.2f} GB"
    )
    if spent.said:
        print("    " + ", ".join(f"{step} {value:,.1f}" for step, value in spent.said.items()))
