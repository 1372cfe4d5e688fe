"""The contract of the ledger, and how files become one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.ledger import facts


def known(connection: engine.Connection, columns: dict[str, Any]) -> list[dict[str, Any]]:
    table = connection.create_table(ibis.util.gen_name("given"), pa.table(columns), temp=True)
    found = facts(engine.Ledger(table), until=date(2026, 1, 31)).order_by("amount")
    return list(found.to_pyarrow().to_pylist())


def test_a_missing_column_is_named_with_those_there_are(connection: engine.Connection) -> None:
    table = connection.create_table(
        ibis.util.gen_name("bare"), pa.table({"id": [1], "price": [2.0]}), temp=True
    )

    with pytest.raises(engine.LedgerError, match="lacks customer_id, amount; it has id, price"):
        engine.Ledger(table)


def test_below_zero_is_a_refund_and_nothing_is_still_a_purchase(
    connection: engine.Connection,
) -> None:
    rows = known(
        connection,
        {"customer_id": [1, 1, 1], "local_date": [date(2026, 1, 1)] * 3, "amount": [-1, 0, 1]},
    )

    assert [row["kind"] for row in rows] == ["refund", "purchase", "purchase"]


def test_a_named_kind_stands_and_a_null_one_is_found(connection: engine.Connection) -> None:
    rows = known(
        connection,
        {
            "customer_id": [1, 1],
            "local_date": [date(2026, 1, 1)] * 2,
            "amount": [5, 7],
            "kind": ["fee", None],
        },
    )

    assert [row["kind"] for row in rows] == ["fee", "purchase"]


def test_lines_at_price_nothing_are_neither_purchase_nor_refund(
    connection: engine.Connection,
) -> None:
    rows = known(
        connection,
        {
            "customer_id": [1] * 4,
            "local_date": [date(2026, 1, 1)] * 4,
            "amount": [-2.0, 0.0, 3.0, -9.0],
            "quantity": [-1, 5, 1, 1],
            "unit_price": [2.0, 0.0, 3.0, -9.0],
        },
    )

    assert [row["kind"] for row in rows] == ["adjustment", "refund", "adjustment", "purchase"]


def test_rows_without_a_customer_and_after_the_date_do_not_exist(
    connection: engine.Connection,
) -> None:
    rows = known(
        connection,
        {
            "customer_id": [None, 2, 3],
            "local_date": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 1, 31)],
            "amount": [1, 2, 3],
        },
    )

    assert [row["customer_id"] for row in rows] == [3]


def test_the_local_date_counts_not_the_utc_one(connection: engine.Connection) -> None:
    from datetime import UTC, datetime

    rows = known(
        connection,
        {
            "customer_id": [1, 2],
            "occurred_at": [datetime(2026, 1, 31, 17, tzinfo=UTC).replace(tzinfo=None)] * 2,
            "local_date": [date(2026, 2, 1), date(2026, 1, 31)],
            "amount": [1, 2],
        },
    )

    assert [row["customer_id"] for row in rows] == [2]


def test_a_csv_with_a_wrong_name_says_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("who,when,paid\n1,2026-01-01,5\n")

    with pytest.raises(engine.LedgerError, match="no column customer; it has who, when, paid"):
        engine.read_csv(path, customer_id="customer", occurred_at="when", amount="paid")


def test_a_csv_whose_dates_are_not_dates_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("customer_id,occurred_at,amount\n1,soon,5\n")

    with pytest.raises(engine.LedgerError, match="not a time"):
        engine.read_csv(path)


def test_a_file_that_is_not_there_is_bad_input() -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        engine.read_csv("nowhere.csv")


def test_parquet_files_of_a_home_are_opened_together(tmp_path: Path) -> None:
    for number in (1, 2):
        table = pa.table(
            {"customer_id": [number], "local_date": [date(2026, 1, number)], "amount": [100]}
        )
        pq.write_table(table, tmp_path / f"part-{number}.parquet")

    ledger = engine.open_ledger(
        {
            "transactions": [tmp_path / "part-1.parquet", tmp_path / "part-2.parquet"],
            "balances": [],
        },
        scale=100,
    )

    result = engine.valuate(ledger, as_of=date(2026, 1, 31))
    assert (result.summary["customers"], result.summary["revenue"]) == (2, 2.0)


def test_a_home_without_transactions_yet_is_an_empty_ledger() -> None:
    ledger = engine.open_ledger({}, scale=100)

    assert engine.valuate(ledger, as_of=date(2026, 1, 31)).summary["customers"] == 0


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"customer_id": [1]}), tmp_path / "x.parquet")

    with pytest.raises(engine.LedgerError, match="Rename them"):
        engine.open_ledger({"sales": tmp_path / "x.parquet"})
