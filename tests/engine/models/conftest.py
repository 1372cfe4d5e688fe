"""Histories of the public data sets, counted once in pandas and apart from the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadr
import pytest

from regulars.engine.models import Histories, Records

# Name, last day of calibration, last day of the holdout, weeks of the holdout.
SETS = {
    "cdnow_sample": ("1997-09-30", "1998-06-30", 39.0),
    "cdnow_master": ("1997-09-30", "1998-06-30", 39.0),
    "grocery": ("2006-12-31", "2007-12-30", 52.0),
    "apparel": ("2006-12-31", "2010-12-20", 1450 / 7),
}


@dataclass(frozen=True)
class Sample:
    """Customers known at the end of calibration, then and at the end of the holdout."""

    then: Records
    now: Records
    weeks: float

    @property
    def histories(self) -> Histories:
        return self.then.histories()

    @property
    def later(self) -> np.ndarray:
        """Purchase days in the holdout."""
        return (self.now.repeats - self.then.repeats).astype(np.float64)


@pytest.fixture(scope="session")
def sample(public_data: Path) -> Callable[[str], Sample]:
    """Open a data set by its name; each is read once."""
    kept: dict[str, Sample] = {}

    def open_set(name: str) -> Sample:
        if name not in kept:
            cutoff, end, weeks = SETS[name]
            days = _days(public_data, name)
            then = _records(days, pd.Timestamp(cutoff))
            now = _records(days, pd.Timestamp(end)).loc[then.index]
            kept[name] = Sample(_as_records(then), _as_records(now), weeks)
        return kept[name]

    return open_set


def _days(folder: Path, name: str) -> pd.DataFrame:
    if name == "cdnow_sample":
        path = folder / "cdnow" / "CDNOW_sample.txt"
        rows = pd.read_fwf(path, header=None, names=["m", "customer", "on", "n", "amount"])
    elif name == "cdnow_master":
        path = folder / "cdnow" / "CDNOW_master.txt.xz"
        rows = pd.read_csv(path, sep=r"\s+", names=["customer", "on", "n", "amount"], header=0)
    else:
        file = {"grocery": "groceryElog.rda", "apparel": "apparelTrans.rda"}[name]
        (rows,) = pyreadr.read_r(str(folder / "clv_small" / file)).values()
        rows = rows.rename(
            columns={"cust": "customer", "Id": "customer", "date": "on", "Date": "on"}
        )
    on = pd.to_datetime(rows["on"].astype(str))
    days = pd.DataFrame({"customer": rows["customer"].astype(str), "on": on})
    return days.drop_duplicates().sort_values(["customer", "on"])


def _records(days: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    known = days[days["on"] <= until]
    by = known.groupby("customer")["on"]
    gaps = by.diff().dt.days
    return pd.DataFrame(
        {
            "repeats": by.size() - 1,
            "last": (by.max() - by.min()).dt.days,
            "age": (until - by.min()).dt.days,
            "log_gaps": np.log(gaps).groupby(known["customer"]).sum(),
        }
    )


def _as_records(frame: pd.DataFrame) -> Records:
    x, last, age = (frame[name].to_numpy(np.int64) for name in ("repeats", "last", "age"))
    return Records(x, last, age, frame["log_gaps"].to_numpy(np.float64))
