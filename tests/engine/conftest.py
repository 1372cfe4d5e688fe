"""Public data sets and small ledgers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pyreadr
import pytest

from regulars import engine

NOON = time(12)  # naive: the ledger's clock is UTC
MakeLedger = Callable[..., engine.Ledger]


@pytest.fixture(scope="session")
def connection() -> engine.Connection:
    return engine.connect(threads=2)


@pytest.fixture
def make_ledger(connection: engine.Connection) -> MakeLedger:
    """Make a ledger from rows (customer_id, date, amount[, kind[, order_id]])."""

    def make(rows: Sequence[Sequence[Any]], **tables: Any) -> engine.Ledger:
        names = ("customer_id", "on", "amount", "kind", "order_id")
        given = len(rows[0]) if rows else 4
        columns: dict[str, list[Any]] = {
            name: [row[place] for row in rows] for place, name in enumerate(names[:given])
        }
        days = columns.pop("on", [])
        columns["occurred_at"] = [datetime.combine(day, NOON) for day in days]
        schema = {
            "occurred_at": pa.timestamp("us"),
            "amount": pa.float64(),
            "kind": pa.string(),
        }
        arrays = {name: pa.array(values, schema.get(name)) for name, values in columns.items()}
        return engine.Ledger(_table(connection, pa.table(arrays)), **tables)

    return make


@pytest.fixture
def make_balances(connection: engine.Connection) -> Callable[..., Any]:
    """Make a table of balances from rows (customer_id, account_id, date, balance)."""

    def make(rows: Sequence[tuple[int, str, date, float]]) -> Any:
        names = ("customer_id", "account_id", "on", "balance")
        arrays = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return _table(connection, pa.table(arrays))

    return make


def _table(connection: engine.Connection, columns: pa.Table) -> Any:
    return connection.create_table(ibis.util.gen_name("test"), columns, temp=True)


@pytest.fixture(scope="session")
def cdnow(public_data: Path) -> pd.DataFrame:
    """CDNOW's one-tenth sample: customer_id, occurred_at, amount."""
    frame = pd.read_fwf(
        public_data / "cdnow" / "CDNOW_sample.txt",
        header=None,
        names=["master", "customer_id", "on", "quantity", "amount"],
    )
    frame["occurred_at"] = pd.to_datetime(frame["on"].astype(str), format="%Y%m%d")
    return frame[["customer_id", "occurred_at", "amount"]]


@pytest.fixture(scope="session")
def cdnow_ledger(cdnow: pd.DataFrame, connection: engine.Connection) -> engine.Ledger:
    return engine.Ledger(connection.create_table(ibis.util.gen_name("cdnow"), cdnow, temp=True))


@pytest.fixture(scope="session")
def online_retail(public_data: Path, tmp_path_factory: pytest.TempPathFactory) -> engine.Ledger:
    """UCI Online Retail through a CSV, as a user brings it."""
    path = public_data / "online_retail" / "onlineretail.rda"
    (frame,) = pyreadr.read_r(str(path)).values()
    file = tmp_path_factory.mktemp("online_retail") / "online_retail.csv"
    frame.to_csv(file, index=False)
    return engine.read_csv(
        file,
        customer_id="CustomerID",
        occurred_at="InvoiceDate",
        order_id="InvoiceNo",
        quantity="Quantity",
        unit_price="UnitPrice",
    )
