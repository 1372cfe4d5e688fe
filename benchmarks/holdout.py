"""Do the models come out as published, and how near are they on days they never saw?

Parameters on the sets that the papers used; then on every public set (folder in
REGULARS_DATA) the purchase days and the revenue of the holdout by each model, beside the
naive rate: every customer goes on as before. MAE alone rewards whoever forecasts too little,
so total error, RMSE and Gini stand beside it. The goals, the errors of an independent
BG/NBD with gamma-gamma, are asked of MBG/NBD: it is what a valuation uses.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.goals import NO_DATA, Finding, Goal, found, missing
from benchmarks.ranking import SPLITS, frame
from regulars.engine.evaluate.metrics import Errors, errors
from regulars.engine.models import (
    BG_BB,
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    Fitted,
    Histories,
    NoFit,
    PurchaseModel,
    Records,
    Spends,
    cnbd,
    expected_spend,
    fit_gamma_gamma,
)
from regulars.engine.models.horizon import expected_purchases

MODELS: tuple[PurchaseModel, ...] = (MBG_NBD, BG_NBD, PARETO_NBD, cnbd(2))
USED = MBG_NBD.name
# Fader, Hardie & Lee 2005 (BG/NBD, Pareto/NBD), Batislam, Denizel & Filiztekin 2007 by way
# of BTYDplus, Fader & Hardie 2013, Fader, Hardie & Shang 2010 (donations).
PUBLISHED = {
    "bg_nbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "mbg_nbd": {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614},
    "pareto_nbd": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
    "gamma_gamma": {"p": 6.25, "q": 3.74, "v": 15.44},
    "bg_bb": {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783},
}
PARAMETERS = {
    name: Goal(f"{name}: parameters off the published by", most=0.002, unit="relative")
    for name in PUBLISHED
}
# Mean absolute errors of purchase days and of revenue; grocery has no amounts.
MAE = {
    "cdnow_sample": (0.786, 30.41),
    "cdnow_master": (0.819, 32.68),
    "online_retail": (0.997, 667.7),
    "completejourney": (4.49, 186.2),
    "grocery": (1.577, None),
    "apparel": (2.114, 89.6),
}
OFF = {
    name: Goal(f"{name}: holdout MAE, purchase days", most=most, digits=_digits)
    for name, (most, _) in MAE.items()
    for _digits in [2 if most > 4 else 3]
}
OFF_MONEY = {
    name: Goal(f"{name}: holdout MAE, revenue", most=most, digits=1 if most > 80 else 2)
    for name, (_, most) in MAE.items()
    if most is not None
}
GOALS = (*PARAMETERS.values(), *OFF.values(), *OFF_MONEY.values())


@dataclass(frozen=True)
class Known:
    """Customers at the end of calibration, in one order, and what the holdout brought."""

    records: Records
    mean_repeat: np.ndarray
    weeks: float
    days_later: np.ndarray
    money_later: np.ndarray


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Print parameters, then errors set by set."""
    parser = argparse.ArgumentParser(prog="benchmarks holdout", description=__doc__)
    parser.add_argument("--sets", default=",".join(SPLITS), help="comma-separated")
    given = parser.parse_args(arguments)
    folder = os.environ.get("REGULARS_DATA", "")
    if not folder:
        yield from missing(GOALS, NO_DATA)
        return
    yield from parameters(Path(folder))
    for name in given.sets.split(","):
        cutoff, end, _ = SPLITS[name]
        yield from judge(name, known(frame(name, Path(folder)), cutoff, end))


def parameters(folder: Path) -> Iterator[Finding]:
    """Fit what the papers fitted."""
    cutoff, end, _ = SPLITS["cdnow_sample"]
    cdnow = known(frame("cdnow_sample", folder), cutoff, end)
    histories = cdnow.records.histories()
    gifts = pd.read_csv(folder / "cdnow" / "donations.csv").to_numpy().T
    fits = {model.name: model.fit(histories) for model in (BG_NBD, MBG_NBD, PARETO_NBD)}
    fits["gamma_gamma"] = fit_gamma_gamma(Spends.of(cdnow.records.repeats, cdnow.mean_repeat))
    fits["bg_bb"] = BG_BB.fit(Histories(*gifts))
    for name, fitted in fits.items():
        yield found(PARAMETERS[name], _off(fitted, PUBLISHED[name]), _said(fitted))


def _off(fitted: Fitted, published: dict[str, float]) -> float:
    return max(abs(fitted.parameters[name] / value - 1) for name, value in published.items())


def _said(fitted: Fitted) -> str:
    values = " ".join(f"{name} {value:.4f}" for name, value in fitted.parameters.items())
    return f"{values}, log-likelihood {fitted.log_likelihood:.3f}"


def known(rows: pd.DataFrame, cutoff: date, end: date) -> Known:
    """Count in pandas, apart from the engine, what a model may know and what came."""
    days = rows.groupby(["customer_id", "local_date"], as_index=False)["amount"].sum()
    days["local_date"] = pd.to_datetime(days["local_date"])
    until, last = pd.Timestamp(cutoff), pd.Timestamp(end)
    past = days[days["local_date"] <= until]
    later = days[(days["local_date"] > until) & (days["local_date"] <= last)]
    by = past.groupby("customer_id")
    first, repeats = by["local_date"].min(), by.size() - 1
    gaps = by["local_date"].diff().dt.days
    repeat_sum = by["amount"].sum() - by["amount"].first()
    came = later.groupby("customer_id")["amount"].agg(["size", "sum"]).reindex(first.index)
    return Known(
        records=Records(
            repeats.to_numpy(np.int64),
            (by["local_date"].max() - first).dt.days.to_numpy(np.int64),
            (until - first).dt.days.to_numpy(np.int64),
            np.log(gaps).groupby(past["customer_id"]).sum().to_numpy(np.float64),
        ),
        mean_repeat=(repeat_sum / repeats.clip(lower=1)).to_numpy(np.float64),
        weeks=(end - cutoff).days / 7,
        days_later=came["size"].fillna(0.0).to_numpy(np.float64),
        money_later=came["sum"].fillna(0.0).to_numpy(np.float64),
    )


def judge(name: str, at: Known) -> Iterator[Finding]:
    """Forecast the holdout by every model and by the naive rate."""
    print(f"\n{name}: {len(at.days_later):,} customers, holdout {at.weeks:.0f} weeks")
    print(f"  {'':14}{'total':>8}{'MAE':>9}{'RMSE':>9}{'Gini':>8}{'MAE of revenue':>17}")
    spend = _spend(at) if name in OFF_MONEY else None
    forecasts = {}
    for model in MODELS:
        try:
            fitted = model.fit(at.records.histories())
        except NoFit as reason:
            print(f"  {model.name}: {reason}")
            continue
        times = (at.records.repeats, at.records.last, at.records.age)
        forecasts[model.name] = expected_purchases(model, fitted, *times, weeks=at.weeks)
    forecasts["naive rate"] = _naive(at)
    for model_name, counts in forecasts.items():
        off = errors(counts, at.days_later)
        money = None if spend is None else errors(counts * spend, at.money_later)
        print(_line(model_name, off, money), flush=True)
        if model_name == USED:
            yield found(OFF[name], off.mae)
            if money is not None:
                yield found(OFF_MONEY[name], money.mae)


def _spend(at: Known) -> np.ndarray:
    fitted = fit_gamma_gamma(Spends.of(at.records.repeats, at.mean_repeat))
    return expected_spend(fitted, at.records.repeats, at.mean_repeat)


def _naive(at: Known) -> np.ndarray:
    age = np.maximum(at.records.age, 1)
    return np.asarray((at.records.repeats + 1) / age * 7 * at.weeks)


def _line(name: str, off: Errors, money: Errors | None) -> str:
    total = "-" if off.total_error is None else f"{off.total_error:+.1%}"
    of_revenue = "-" if money is None else f"{money.mae:,.2f}"
    return f"  {name:14}{total:>8}{off.mae:9.4f}{off.rmse:9.4f}{off.gini:8.4f}{of_revenue:>17}"
