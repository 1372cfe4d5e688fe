from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from regulars.engine import Connection, Ledger

MakeHoldings = Callable[[Sequence[Sequence[Any]]], Ledger]
_NOBODY = pa.table(
    {
        "customer_id": pa.array([], pa.int64()),
        "occurred_at": pa.array([], pa.timestamp("us")),
        "amount": pa.array([], pa.float64()),
    }
)


@pytest.fixture
def put(connection: Connection) -> Callable[[pa.Table], Any]:
    """Put columns into the backend."""
    return lambda columns: connection.create_table(
        ibis.util.gen_name("test"), columns, temp=True
    )


@pytest.fixture
def holders(put: Callable[[pa.Table], Any]) -> MakeHoldings:
    """Make a ledger from rows (customer_id, product_id, opened_on[, closed_on])."""

    def make(rows: Sequence[Sequence[Any]]) -> Ledger:
        closed = [row[3] if len(row) > 3 else None for row in rows]
        table = pa.table(
            {
                "customer_id": pa.array([row[0] for row in rows], pa.int64()),
                "holding_id": pa.array(range(len(rows)), pa.int64()),
                "product_id": pa.array([row[1] for row in rows], pa.string()),
                "opened_on": pa.array([row[2] for row in rows], pa.date32()),
                "closed_on": pa.array(closed, pa.date32()),
            }
        )
        return Ledger(put(_NOBODY), holdings=put(table))

    return make


@pytest.fixture
def buyers(put: Callable[[pa.Table], Any]) -> Callable[[Sequence[Sequence[Any]]], Ledger]:
    """Make a ledger from rows (customer_id, product_id, local_date, amount[, order_id])."""

    def make(rows: Sequence[Sequence[Any]]) -> Ledger:
        names = ("customer_id", "product_id", "local_date", "amount", "order_id")
        given = len(rows[0])
        return Ledger(put(pa.table({names[n]: [row[n] for row in rows] for n in range(given)})))

    return make


@pytest.fixture
def day() -> date:
    return date(2025, 12, 31)
