"""The public tables with an outcome, and tables made here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadr
import pytest


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Turn a frame into Arrow, its categories into strings."""
    for name in frame:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return pa.Table.from_pandas(frame, preserve_index=False)


@pytest.fixture(scope="session")
def telco(public_data: Path) -> pa.Table:
    frame = pd.read_csv(public_data / "telco_churn" / "Telco-Customer-Churn.csv")
    frame["TotalCharges"] = pd.to_numeric(frame["TotalCharges"], errors="coerce")
    return arrow(frame.drop(columns="customerID"))


@pytest.fixture(scope="session")
def bank_marketing(public_data: Path) -> pa.Table:
    (frame,) = pyreadr.read_r(str(public_data / "bank_marketing" / "bank.RData")).values()
    return arrow(frame)


@pytest.fixture(scope="session")
def caravan(public_data: Path) -> pa.Table:
    (frame,) = pyreadr.read_r(str(public_data / "caravan_insurance" / "caravan.RData")).values()
    return arrow(frame)
