"""Large movements: out of the own range, above the floor, named by day and product."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import Basis
from regulars.engine.measures.balances import balances, steps
from regulars.engine.movements import (
    balance_movements,
    largest_movement,
    purchase_movements,
    together,
)

AS_OF = date(2026, 3, 31)
BASIS = Basis(value="aum", default_balance_margin=0.02)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


@pytest.fixture
def bank(make_ledger: Any, connection: engine.Connection) -> Callable[..., engine.Ledger]:
    def make(rows: list[tuple[int, str, date, float]]) -> engine.Ledger:
        names = ("customer_id", "account_id", "on", "balance")
        columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
        columns["product_id"] = [f"p-{account}" for account in columns["account_id"]]
        kept = connection.create_table(
            ibis.util.gen_name("moved"), pa.table(columns), temp=True
        )
        ledger: engine.Ledger = make_ledger([(1, AS_OF, 1.0, "inflow")], balances=kept)
        return ledger

    return make


@pytest.fixture
def levels(connection: engine.Connection) -> Any:
    return connection.create_table(
        ibis.util.gen_name("levels"),
        pa.table({"customer_id": [1, 2, 3], "level": ["gold", "mass", "mass"]}),
        temp=True,
    )


def rows_of(found: Any) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in found.rows.to_pyarrow().to_pylist()}


OUT = [
    (1, "a", ago(300), 400_000.0),
    (1, "b", ago(300), 50_000.0),
    (1, "a", ago(4), 380_000.0),
    (1, "a", ago(2), 250_000.0),
    (1, "b", ago(2), 60_000.0),
]


def test_day_amount_range_and_accounts_are_named(bank: Any) -> None:
    found = balance_movements(bank(OUT), as_of=AS_OF, basis=BASIS)

    (row,) = rows_of(found).values()
    parts = found.parts.order_by("amount").to_pyarrow().to_pylist()

    assert (row["direction"], row["on"]) == ("out", ago(2))
    assert (row["amount"], row["day_amount"]) == (-140_000.0, -120_000.0)
    # A fifth of the mean: 85 days at 450,000, two at 430,000, three at 310,000.
    assert (row["low"], row["high"]) == (0.0, 0.0)
    assert row["floor"] == pytest.approx(0.2 * 444_888.89, abs=0.01)
    assert [(part["account_id"], part["item"], part["amount"]) for part in parts] == [
        ("a", "p-a", -150_000.0),
        ("b", "p-b", 10_000.0),
    ]
    (line,) = largest_movement(found, "balance").to_pyarrow().to_pylist()
    assert (line["balance_movement"], line["balance_moved_item"]) == ("out", "p-a")


def test_the_floor_is_that_of_the_tier(bank: Any, levels: Any) -> None:
    small = [(who, "a", ago(300), 100_000.0) for who in (1, 2, 3)]
    small += [(who, "a", ago(1), 40_000.0) for who in (1, 2, 3)]
    ledger = bank([*small, (4, "a", ago(300), 1e5), (4, "a", ago(1), 4e4)])

    found = rows_of(
        balance_movements(
            ledger,
            as_of=AS_OF,
            basis=BASIS,
            floors={"gold": 200_000.0, "mass": 30_000.0},
            levels=levels,
        )
    )

    assert set(found) == {2, 3, 4}  # 4 is on no level and takes the floor of the basis
    assert (found[2]["floor"], found[4]["floor"]) == (30_000.0, 50_000.0)
    assert (found[2]["level"], found[4]["level"]) == ("mass", None)


def test_floors_without_levels_are_refused(bank: Any) -> None:
    with pytest.raises(BadInput, match="levels"):
        balance_movements(bank(OUT), as_of=AS_OF, basis=BASIS, floors={"gold": 1.0})


def test_the_same_customers_as_in_the_measure_of_balances(bank: Any) -> None:
    rng = np.random.default_rng(11)
    rows = []
    for who in range(200):
        level, day = float(rng.integers(10_000, 900_000)), 400
        while day > 0:
            rows.append((who, "a", ago(day), round(level, 2)))
            day -= int(rng.integers(1, 60))
            level = max(0.0, level + float(rng.normal(0, 80_000)))
        rows.append((who, "b", ago(int(rng.integers(1, 5))), float(rng.integers(0, 90_000))))
    ledger = bank(rows)
    lines = steps(ledger, as_of=AS_OF, basis=BASIS)
    table = balances(lines, as_of=AS_OF, basis=BASIS).to_pyarrow().to_pylist()
    expected = {
        row["customer_id"]: (row["large_movement"], row["flow_5"], row["flow_low"])
        for row in table
        if row["large_movement"]
    }

    found = rows_of(balance_movements(ledger, as_of=AS_OF, basis=BASIS))

    assert len(expected) >= 20
    assert {
        who: (row["direction"], row["amount"], row["low"]) for who, row in found.items()
    } == pytest.approx(expected)


def test_the_day_does_not_move_with_the_run(bank: Any) -> None:
    ledger = bank(OUT)

    days = {
        rows_of(balance_movements(ledger, as_of=AS_OF + timedelta(days=k), basis=BASIS))[1][
            "on"
        ]
        for k in range(3)
    }

    assert days == {ago(2)}


@pytest.fixture
def shop(connection: engine.Connection) -> Callable[..., engine.Ledger]:
    def make(rows: list[tuple[int, date, float, str]]) -> engine.Ledger:
        names = ("customer_id", "local_date", "amount", "category")
        columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
        return engine.Ledger(
            connection.create_table(ibis.util.gen_name("shop"), pa.table(columns), temp=True)
        )

    return make


def usual(who: int) -> list[tuple[int, date, float, str]]:
    return [(who, ago(30 * k + 10), 20.0 + k, "tea") for k in range(8)]


def test_a_sale_far_above_the_own_range_is_found(shop: Any) -> None:
    rows = [*usual(1), (1, ago(1), 300.0, "ring"), (1, ago(1), 10.0, "tea")]
    rows += [*usual(2), (2, ago(1), 30.0, "tea")]  # above the largest, not far above
    rows += [(3, ago(9), 5.0, "tea"), (3, ago(1), 999.0, "ring")]  # no range of his own yet

    found = purchase_movements(shop(rows), as_of=AS_OF)

    (row,) = rows_of(found).values()
    assert (row["customer_id"], row["direction"], row["on"]) == (1, "in", ago(1))
    assert (row["amount"], row["high"]) == (310.0, 27.0)
    (line,) = largest_movement(found, "purchase").to_pyarrow().to_pylist()
    assert line["purchase_moved_item"] == "ring"


def test_a_return_larger_than_any_purchase_is_found(shop: Any) -> None:
    rows = [*usual(1), (1, ago(2), -80.0, "ring"), *usual(2), (2, ago(2), -20.0, "tea")]

    found = rows_of(purchase_movements(shop(rows), as_of=AS_OF))

    assert set(found) == {1}
    assert (found[1]["direction"], found[1]["amount"]) == ("out", -80.0)


def test_purchases_have_floors_too(shop: Any, levels: Any) -> None:
    rows = [*usual(1), (1, ago(1), 300.0, "ring"), *usual(2), (2, ago(1), 300.0, "ring")]

    found = purchase_movements(
        shop(rows), as_of=AS_OF, floors={"gold": 1000.0, "mass": 100.0}, levels=levels
    )

    assert set(rows_of(found)) == {2}


def test_both_kinds_make_one_long_table(bank: Any, shop: Any) -> None:
    first = balance_movements(bank(OUT), as_of=AS_OF, basis=BASIS)
    second = purchase_movements(shop([*usual(1), (1, ago(1), 300.0, "x")]), as_of=AS_OF)

    found = together(first, second)

    subjects = sorted(row["subject"] for row in found.rows.to_pyarrow().to_pylist())
    assert subjects == ["balance", "purchase"]
    assert found.parts.to_pyarrow().num_rows == 3
