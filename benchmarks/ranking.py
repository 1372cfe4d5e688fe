"""Does the chosen top fifth catch more of the next revenue than past revenue does?

On every public set (folder in REGULARS_DATA) the ranking learns from the calibration period
alone and is judged once on the holdout, beside past revenue, BG/NBD with gamma-gamma, and
whoever knew the future. Then the level: expected purchases of CDNOW and grocery against the
goals. With `--customers` a made base is ranked instead, for the time.
"""

from __future__ import annotations

import argparse
import lzma
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadr

from benchmarks.goals import NO_DATA, Finding, Goal, found, missing
from benchmarks.valuation import DAYS, START, make
from regulars import engine
from regulars.engine.basis import RETAIL
from regulars.engine.evaluate.metrics import Errors, errors, share_caught
from regulars.engine.measures.windows import windows
from regulars.engine.models import (
    BG_NBD,
    Histories,
    NoFit,
    Spends,
    expected_spend,
    fit_gamma_gamma,
)
from regulars.engine.models.horizon import expected_purchases
from regulars.engine.ranking import Ranking, rank

# Calibration ends, holdout ends, and the share of the holdout's revenue to reach.
SPLITS = {
    "cdnow_sample": (date(1997, 9, 30), date(1998, 6, 30), 0.663),
    "cdnow_master": (date(1997, 9, 30), date(1998, 6, 30), 0.691),
    "online_retail": (date(2011, 8, 31), date(2011, 12, 9), 0.644),
    "completejourney": (date(2017, 9, 30), date(2017, 12, 31), 0.519),
    "grocery": (date(2006, 12, 31), date(2007, 12, 30), 0.773),
    "apparel": (date(2007, 1, 1), date(2010, 12, 20), 0.585),
}
# Total error, RMSE and Gini that a level must meet (BG/NBD + 5 points, Pareto/NBD + 1 %,
# the best of Pareto/NBD and the naive rate - .01), on numbers of purchase days.
LEVELS = {
    "cdnow_sample": (0.171, 1.6028 * 1.01, 0.6802 - 0.01),
    "cdnow_master": (0.193, 1.7262 * 1.01, 0.6733 - 0.01),
    "grocery": (0.229, 3.1937 * 1.01, 0.8344 - 0.01),
}
CAUGHT = {
    name: Goal(f"{name}: revenue caught by the chosen fifth", least=goal, digits=3)
    for name, (_, _, goal) in SPLITS.items()
}
ABOVE = {
    name: Goal(f"{name}: the same less past revenue's", least=0.0001, digits=4)
    for name in SPLITS
}
LEVEL = {
    name: (
        Goal(f"{name}: level, total error either way", most=total, digits=3),
        Goal(f"{name}: level, RMSE", most=round(rmse, 4), digits=4),
        Goal(f"{name}: level, Gini", least=gini, digits=4),
    )
    for name, (total, rmse, gini) in LEVELS.items()
}
GOALS = (
    *(goal for name in SPLITS for goal in (CAUGHT[name], ABOVE[name])),
    *(goal for three in LEVEL.values() for goal in three),
)


@dataclass(frozen=True)
class Held:
    """A ranking and what the days after it brought, by customer in the order of ids."""

    ranking: Ranking
    rank_next: np.ndarray
    expected_next: np.ndarray
    past: np.ndarray
    bg_nbd: np.ndarray
    came: np.ndarray
    seconds: float

    def caught(self) -> dict[str, float]:
        """Give the shares of what came that each best fifth brought."""
        ways = {
            "chosen": self.rank_next,
            "past revenue": self.past,
            "BG/NBD": self.bg_nbd,
            "hindsight": self.came,
        }
        return {name: share_caught(way, self.came) for name, way in ways.items()}

    def errors(self) -> Errors:
        """Compare the level with what came."""
        return errors(self.expected_next, self.came)


def frame(name: str, folder: Path) -> pd.DataFrame:
    """Read a public set as customer_id, local_date, amount and what else it has."""
    if name == "cdnow_sample":
        path = folder / "cdnow" / "CDNOW_sample.txt"
        names = ["master", "customer_id", "on", "quantity", "amount"]
        rows = pd.read_fwf(path, header=None, names=names)
    elif name == "cdnow_master":
        with lzma.open(folder / "cdnow" / "CDNOW_master.txt.xz", "rt") as text:
            names = ["customer_id", "on", "quantity", "amount"]
            rows = pd.read_csv(text, sep=r"\s+", names=names, header=0)
    elif name == "online_retail":
        rows = _online_retail(folder)
    elif name == "completejourney":
        rows = pd.read_parquet(folder / name / "transactions.parquet")
        rows = rows.rename(columns={"household_id": "customer_id", "sales_value": "amount"})
        rows["on"] = rows["transaction_timestamp"]
    else:
        rows = _small(name, folder)
    on = rows["on"] if rows["on"].dtype.kind == "M" else pd.to_datetime(rows["on"].astype(str))
    rows = rows.assign(local_date=on.dt.date)
    wanted = [name for name in ("product_id", "amount") if name in rows]
    return rows[["customer_id", "local_date", *wanted]]


def _online_retail(folder: Path) -> pd.DataFrame:
    (rows,) = pyreadr.read_r(str(folder / "online_retail" / "onlineretail.rda")).values()
    rows = rows.dropna(subset=["CustomerID"])
    sales = rows[(rows["Quantity"] > 0) & (rows["UnitPrice"] > 0)]
    return pd.DataFrame(
        {
            "customer_id": sales["CustomerID"].astype(int),
            "on": pd.to_datetime(sales["InvoiceDate"]),
            "amount": sales["Quantity"] * sales["UnitPrice"],
            "product_id": sales["StockCode"].astype(str),
        }
    )


def _small(name: str, folder: Path) -> pd.DataFrame:
    file = {"grocery": "groceryElog.rda", "apparel": "apparelTrans.rda"}[name]
    (rows,) = pyreadr.read_r(str(folder / "clv_small" / file)).values()
    known = {"cust": "customer_id", "Id": "customer_id", "date": "on", "Date": "on"}
    rows = rows.rename(columns=known | {"Price": "amount"})
    # Grocery has no amounts: its share is one of purchases.
    return rows if "amount" in rows else rows.assign(amount=1.0)


def hold_out(rows: pd.DataFrame, cutoff: date, end: date) -> Held:
    """Rank as of `cutoff`, then look at what came until `end`."""
    connection = engine.connect(threads=2)
    table = pa.Table.from_pandas(rows, preserve_index=False)
    ledger = engine.Ledger(connection.create_table("bought", table, temp=True))
    days = (end - cutoff).days
    start = time.perf_counter()
    ranking = rank(ledger, as_of=cutoff, horizon_days=days)
    seconds = time.perf_counter() - start
    found = ranking.customers.order_by("customer_id").to_pyarrow()
    ids = found["customer_id"].to_pandas()
    later = rows[(rows["local_date"] > cutoff) & (rows["local_date"] <= end)]
    return Held(
        ranking=ranking,
        rank_next=found["rank_next"].to_numpy(),
        expected_next=found["expected_next"].to_numpy(),
        past=_sums(rows[rows["local_date"] <= cutoff], ids),
        bg_nbd=_bg_nbd(ledger, cutoff, days),
        came=np.maximum(_sums(later, ids), 0.0),
        seconds=seconds,
    )


def _sums(rows: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    sums = rows.groupby("customer_id")["amount"].sum().reindex(ids).fillna(0.0)
    return np.asarray(sums)


def _bg_nbd(ledger: engine.Ledger, cutoff: date, days: int) -> np.ndarray:
    known = windows(ledger, as_of=cutoff, basis=RETAIL).order_by("customer_id").to_pyarrow()
    columns = ("purchase_days", "tenure_days", "days_since_last", "mean_basket", "first_basket")
    bought, age, since, basket, first = (known[name].to_numpy() for name in columns)
    repeats = bought - 1
    mean = (basket * bought - first) / np.maximum(repeats, 1)
    fitted = BG_NBD.fit(Histories.of(repeats, age - since, age))
    counts = expected_purchases(BG_NBD, fitted, repeats, age - since, age, weeks=days / 7)
    try:
        return counts * expected_spend(fit_gamma_gamma(Spends.of(repeats, mean)), repeats, mean)
    except NoFit:
        return np.asarray(counts)


def as_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Count each purchase day as 1, for a level of purchases instead of money."""
    days = rows[["customer_id", "local_date"]].drop_duplicates()
    return days.assign(amount=1.0)


def public(folder: Path, names: list[str]) -> Iterator[Finding]:
    """Print the share caught on every set, and the levels."""
    print("share of the holdout's revenue that the best fifth brought")
    print(f"{'':16} chosen   past  BG/NBD  hindsight   method and weights")
    for name in names:
        cutoff, end, _ = SPLITS[name]
        held = hold_out(frame(name, folder), cutoff, end)
        caught = held.caught()
        shares = " ".join(f"{share:7.4f}" for share in caught.values())
        weights = "/".join(f"{weight:.2f}" for weight in held.ranking.weights.values())
        print(f"{name:16}{shares}   {held.ranking.method} {weights}", end="")
        print(f" ({held.seconds:.0f} s)\n{'':17}{held.ranking.quality.verdict}", flush=True)
        chosen, past = caught["chosen"], caught["past revenue"]
        others = f"past revenue {past:.4f}, BG/NBD {caught['BG/NBD']:.4f}"
        yield found(CAUGHT[name], chosen, others)
        yield found(ABOVE[name], chosen - past)
    for name in [name for name in names if name in LEVELS]:
        cutoff, end, _ = SPLITS[name]
        off = hold_out(as_counts(frame(name, folder)), cutoff, end).errors()
        total = off.total_error if off.total_error is not None else float("nan")
        three = (abs(total), off.rmse, off.gini)
        for goal, figure in zip(LEVEL[name], three, strict=True):
            yield found(goal, figure)


def scale(customers: int, purchases: float, threads: int) -> None:
    """Print the time of ranking a made base."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "transactions.parquet"
        rows = make(path, customers=customers, mean_purchases=purchases, seed=1)
        connection = engine.connect(
            threads=threads, memory_limit="3GB", temp_directory=Path(name) / "spill"
        )
        ledger = engine.open_ledger({"transactions": path}, scale=100, connection=connection)
        start = time.perf_counter()
        found = rank(ledger, as_of=START + timedelta(days=DAYS), horizon_days=90)
        spent = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{customers:,} customers, {rows:,} transactions, {threads} threads")
    for step, seconds in found.seconds.items():
        print(f"  {step:12} {seconds:7.2f} s")
    print(f"ranked in {spent:.1f} s, learned from {found.share:.2%}, peak memory {peak:.1f} GB")
    print(found.quality.verdict)


def _names(given: str) -> Iterator[str]:
    return (name for name in (given.split(",") if given else SPLITS))


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Rank the public sets, or a made base."""
    parser = argparse.ArgumentParser(prog="benchmarks ranking", description=__doc__)
    parser.add_argument("--sets", default="", help="comma-separated; all without")
    parser.add_argument("--customers", type=int, default=0, help="rank a made base instead")
    parser.add_argument("--purchases", type=float, default=10.0, help="mean per customer")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    if given.customers:
        scale(given.customers, given.purchases, given.threads)
        return
    folder = os.environ.get("REGULARS_DATA", "")
    if not folder:
        yield from missing(GOALS, NO_DATA)
        return
    yield from public(Path(folder), list(_names(given.sets)))
