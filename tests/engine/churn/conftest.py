"""Synthetic companies as ledgers, with what came after the date of the forecast."""

from __future__ import annotations

import lzma
from collections.abc import Callable
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from regulars import engine
from regulars.engine import synthetic

AS_OF, UNTIL = date(2025, 10, 2), date(2025, 12, 31)
HORIZON = (UNTIL - AS_OF).days
_NAMES = {
    "customer": "customer_id",
    "product": "product_id",
    "account": "account_id",
    "holding": "holding_id",
}


def ledger_of(company: synthetic.Company, connection: engine.Connection) -> engine.Ledger:
    """Read a synthetic company as a ledger, in fen."""
    tables = {
        name: connection.create_table(
            ibis.util.gen_name("churn"), _plain(company.table(name)), temp=True
        )
        for name in ("transactions", "balances", "holdings", "events")
        if company.table(name).num_rows
    }
    return engine.Ledger(**tables, scale=100)


def _plain(table: pa.Table) -> pa.Table:
    columns = {}
    for field in table.schema:
        column = table[field.name]
        if pa.types.is_dictionary(field.type):
            column = column.cast(field.type.value_type)
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.timestamp("us"))
        columns[_NAMES.get(field.name, field.name)] = column
    return pa.table(columns)


@pytest.fixture(scope="session")
def shop() -> synthetic.Company:
    return synthetic.retail(customers=1_500, seed=5, until=UNTIL)


@pytest.fixture(scope="session")
def shop_ledger(shop: synthetic.Company, connection: engine.Connection) -> engine.Ledger:
    return ledger_of(shop, connection)


@pytest.fixture(scope="session")
def cdnow_master(public_data: Path, connection: engine.Connection) -> engine.Ledger:
    with lzma.open(public_data / "cdnow" / "CDNOW_master.txt.xz", "rt") as lines:
        rows = [line.split() for line in lines]
    rows = [row for row in rows if row and row[0].isdigit()]
    table = pa.table(
        {
            "customer_id": [int(row[0]) for row in rows],
            "local_date": [date.fromisoformat(row[1]) for row in rows],
            "amount": [float(row[3]) for row in rows],
        }
    )
    return engine.Ledger(
        connection.create_table(ibis.util.gen_name("cdnow_master"), table, temp=True)
    )


MakeTable = Callable[[dict[str, list[object]]], object]


@pytest.fixture
def make_table(connection: engine.Connection) -> MakeTable:
    """Bring a few rows in."""

    def make(columns: dict[str, list[object]]) -> object:
        return connection.create_table(ibis.util.gen_name("rows"), pa.table(columns), temp=True)

    return make
