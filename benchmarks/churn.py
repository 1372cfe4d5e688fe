"""Who tells best who will leave? AUC, Brier score and log loss by public set and method.

Tables with an outcome (telco, bank marketing without `duration`, caravan) are judged on
five parts, each unseen by its model; ledgers (CDNOW, and others on request) on their last
complete horizon. Goals in brackets: an untuned logistic regression or boosting on the same
tables, and prototypes on CDNOW. The folder of the sets is named by REGULARS_DATA.
"""

from __future__ import annotations

import argparse
import lzma
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadr

from benchmarks.goals import NO_DATA, Finding, Goal, found, missing
from regulars import engine
from regulars.engine.churn import predict_churn
from regulars.engine.learning import Judgement, Leak, train

GOALS_OF = {"telco": 0.845, "bank_marketing": 0.719, "caravan": 0.732}
AUC = {
    name: Goal(f"{name}: AUC of the chosen method, unseen fifths", least=least, digits=3)
    for name, least in GOALS_OF.items()
}
OPTIONS = ("--goals",)  # in a run of all
GOALS = tuple(AUC.values())
CDNOW_GOALS = {"boosting": 0.773, "p_alive": 0.771, "recency": 0.763, "blend": 0.777}


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Print one table per set."""
    parser = argparse.ArgumentParser(prog="benchmarks churn", description=__doc__)
    parser.add_argument("--scale", type=int, default=0, help="customers to score as well")
    parser.add_argument("--goals", action="store_true", help="only what the goals ask")
    given = parser.parse_args(arguments)
    folder = Path(os.environ.get("REGULARS_DATA", ""))
    if os.environ.get("REGULARS_DATA"):
        yield from tables(folder)
        if not given.goals:
            cdnow(folder)
    else:
        yield from missing(GOALS, NO_DATA)
    if given.scale:
        scale(given.scale)


def tables(folder: Path) -> Iterator[Finding]:
    """Judge the plain tables."""
    for name, (table, outcome, value) in _tables(folder).items():
        try:
            train(table, outcome=outcome, happened=value)
        except Leak as refused:
            print(f"{name}: refused: {refused}")
            leaking = [finding.feature for finding in refused.findings]
            table = table.drop_columns(leaking)
        start = time.perf_counter()
        trained = train(table, outcome=outcome, happened=value)
        _title(name, f"{time.perf_counter() - start:.1f} s, goal AUC {GOALS_OF[name]:.3f}")
        for method, judged in trained.methods.items():
            _line(method, judged)
        print(f"  {trained.verdict}")
        best = trained.methods.get(trained.chosen)
        yield found(AUC[name], best.auc if best else 0.5, trained.chosen)


def cdnow(folder: Path) -> None:
    """Judge the forecast of silence over 13 weeks from 1997-09-30."""
    ledger = engine.Ledger(engine.connect(threads=2).create_table("cdnow", _cdnow(folder)))
    for among in ("everybody", "not_lost"):
        start = time.perf_counter()
        said = predict_churn(
            ledger,
            as_of=date(1997, 12, 30),
            horizon_days=91,
            basis=engine.RETAIL,
            among=among,
        )
        _title(f"cdnow master, {among}", f"{time.perf_counter() - start:.1f} s")
        for method, judged in said.card.methods.items():
            goal = CDNOW_GOALS.get(method) if among == "everybody" else None
            _line(method, judged, goal)
        print(f"  {said.card.verdict}")


def scale(customers: int) -> None:
    """Time a forecast of so many synthetic customers with ten purchases each."""
    import resource
    import tempfile
    from datetime import timedelta

    from benchmarks.valuation import DAYS, START, make

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "transactions.parquet"
        make(path, customers=customers, mean_purchases=10.0, seed=20_260_101)
        connection = engine.connect(threads=2, temp_directory=Path(name) / "spill")
        ledger = engine.open_ledger({"transactions": path}, scale=100, connection=connection)
        start, processor = time.perf_counter(), time.process_time()
        said = predict_churn(
            ledger, as_of=START + timedelta(days=DAYS), horizon_days=90, basis=engine.RETAIL
        )
        said.write(Path(name) / "out")
        wall, spent = time.perf_counter() - start, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    _title(f"{customers:,} customers", f"{wall:.1f} s wall, {spent:.1f} s processor")
    for step, seconds in said.seconds.items():
        print(f"  {step:12} {seconds:7.2f} s")
    for method, judged in said.card.methods.items():
        _line(method, judged)
    print(f"  {said.card.verdict}\n  peak memory {peak:.1f} GB")


def _title(name: str, rest: str) -> None:
    print(f"\n{name} ({rest})")
    print(
        f"  {'method':10} {'AUC':>6} {'95 %':>15} {'Brier':>7} {'log loss':>9} {'top lift':>9}"
    )


def _line(method: str, judged: Judgement, goal: float | None = None) -> None:
    bounds = f"{judged.auc_low:.3f} - {judged.auc_high:.3f}"
    print(
        f"  {method:10} {judged.auc:6.4f} {bounds:>15} {judged.brier:7.4f} "
        f"{judged.log_loss:9.4f} {judged.top_tenth_lift:9.2f}"
        + (f"  [{goal:.3f}]" if goal else "")
    )


def _tables(folder: Path) -> dict[str, tuple[pa.Table, str, str]]:
    telco = pd.read_csv(folder / "telco_churn" / "Telco-Customer-Churn.csv")
    telco["TotalCharges"] = pd.to_numeric(telco["TotalCharges"], errors="coerce")
    (bank,) = pyreadr.read_r(str(folder / "bank_marketing" / "bank.RData")).values()
    (caravan,) = pyreadr.read_r(str(folder / "caravan_insurance" / "caravan.RData")).values()
    caravan["Purchase"] = caravan["Purchase"].astype(str).str.lower()
    bought = "yes" if "yes" in set(caravan["Purchase"]) else "1"
    return {
        "telco": (_arrow(telco.drop(columns="customerID")), "Churn", "Yes"),
        "bank_marketing": (_arrow(bank), "deposit", "yes"),
        "caravan": (_arrow(caravan), "Purchase", bought),
    }


def _arrow(frame: pd.DataFrame) -> pa.Table:
    for name in frame:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return pa.Table.from_pandas(frame, preserve_index=False)


def _cdnow(folder: Path) -> pa.Table:
    with lzma.open(folder / "cdnow" / "CDNOW_master.txt.xz", "rt") as lines:
        rows = [line.split() for line in lines]
    rows = [row for row in rows if row and row[0].isdigit()]
    return pa.table(
        {
            "customer_id": [int(row[0]) for row in rows],
            "local_date": [date(int(r[1][:4]), int(r[1][4:6]), int(r[1][6:])) for r in rows],
            "amount": [float(row[3]) for row in rows],
        }
    )
