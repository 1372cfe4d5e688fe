"""Net new money: planted flows, interest and prices are found again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.engine import BANK, Basis
from regulars.engine.measures.new_money import (
    MoneyKinds,
    net_new_money,
    new_money_figures,
)
from regulars.engine.synthetic.banking.company import bank

START, STOP = date(2026, 3, 1), date(2026, 4, 1)
SIGNS = {"inflow": 1, "payroll": 1, "outflow": -1, "purchase": -1, "fee": -1, "interest": 1}


def make(
    moves: list[tuple[int, date, float, str]], kept: list[tuple[int, date, float]]
) -> engine.Ledger:
    connection = engine.connect(threads=1)
    customers, days, amounts, kinds = zip(*moves, strict=True)
    sold = connection.create_table(
        ibis.util.gen_name("sold"),
        pa.table(
            {
                "customer_id": customers,
                "local_date": days,
                "amount": pa.array(amounts, pa.float64()),
                "kind": kinds,
            }
        ),
    )
    owners, dates, sums = zip(*kept, strict=True)
    held = connection.create_table(
        ibis.util.gen_name("held"),
        pa.table({"customer_id": owners, "on": dates, "balance": sums}),
    )
    return engine.Ledger(sold, balances=held)


def split(ledger: engine.Ledger, **given: Any) -> dict[int, dict[str, Any]]:
    table = net_new_money(ledger, start=START, stop=STOP, basis=BANK, **given)
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


MOVES = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(-40, 40),
        st.integers(1, 9_999),
        st.sampled_from([*SIGNS, "price"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=8, deadline=None)
@given(moves=MOVES)
def test_the_parts_add_up_and_are_the_planted_ones(
    moves: list[tuple[int, int, int, str, bool]],
) -> None:
    """Balances are the running sum of planted moves; only a price has no transaction."""
    anchor = (9, START - timedelta(days=60), 1.0, "inflow")
    inside = (9, START, 1.0, "inflow")
    sums = dict.fromkeys((1, 2, 3), 50_000.0)
    kept = [(c, START - timedelta(days=90), level) for c, level in sums.items()]
    sold = [anchor, inside]
    planted: dict[int, dict[str, float]] = {
        c: {"net_new_money": 0.0, "interest": 0.0, "valuation": 0.0} for c in sums
    }
    by_day: dict[tuple[int, date], float] = {}
    for customer, offset, amount, kind, falls in sorted(moves, key=lambda m: m[1]):
        day = START + timedelta(days=offset)
        signed = amount * SIGNS.get(kind, -1 if falls else 1)
        sums[customer] += signed
        by_day[customer, day] = sums[customer]
        if kind != "price":
            sold.append((customer, day, float(amount), kind))
        if START <= day < STOP:
            part = {"interest": "interest", "price": "valuation"}.get(kind, "net_new_money")
            planted[customer][part] += signed
    kept += [(customer, day, level) for (customer, day), level in by_day.items()]

    found = split(make(sold, kept))

    for customer, parts in planted.items():
        row = found[customer]
        assert row["counted_from"] == "transactions"
        assert {name: row[name] for name in parts} == pytest.approx(parts)
        change = row["net_new_money"] + row["interest"] + row["valuation"]
        assert row["aum_begin"] + change == pytest.approx(row["aum_end"])


def test_without_movements_the_balances_speak_and_interest_is_taken_out() -> None:
    ledger = make(
        [(1, date(2026, 3, 21), 3.0, "interest")],
        [(1, date(2026, 1, 1), 100.0), (1, date(2026, 3, 21), 153.0)],
    )

    row = split(ledger)[1]

    assert (row["net_new_money"], row["interest"], row["valuation"]) == (50.0, 3.0, 0.0)
    assert row["counted_from"] == "balances"


def test_a_refund_lessens_what_was_spent() -> None:
    ledger = make(
        [(1, START, 80.0, "purchase"), (1, START, -30.0, "refund"), (1, START, 5.0, "inflow")],
        [(1, date(2026, 1, 1), 100.0), (1, START, 55.0)],
    )

    row = split(ledger)[1]

    assert (row["inflow"], row["outflow"], row["net_new_money"]) == (5.0, 50.0, -45.0)
    assert row["valuation"] == 0.0


def test_the_figures_of_the_base_stand_over_the_assets_at_the_beginning() -> None:
    ledger = make(
        [(1, START, 50.0, "inflow"), (2, START, 30.0, "inflow")],
        [(1, date(2026, 1, 1), 100.0), (1, START, 150.0), (2, START, 30.0)],
    )

    figure = new_money_figures(net_new_money(ledger, start=START, stop=STOP, basis=BANK))[0]

    assert (figure.code, figure.numerator, figure.denominator) == ("net_new_money", 80.0, 100.0)
    assert figure.value == pytest.approx(0.8)


def test_a_synthetic_bank_has_market_moves_only_where_there_are_funds() -> None:
    """What the bank's own flows explain leaves nothing; only prices of funds remain."""
    company = bank(customers=1_000, seed=4, until=date(2026, 3, 31))
    connection = engine.connect(threads=2)
    table = company.transactions.rename_columns(
        {"customer": "customer_id", "product": "product_id"}
    )
    held = company.balances.rename_columns(
        {"customer": "customer_id", "product": "product_id", "account": "account_id"}
    )
    ledger = engine.Ledger(
        connection.create_table(ibis.util.gen_name("moved"), _plain(table)),
        balances=connection.create_table(ibis.util.gen_name("kept"), _plain(held)),
        scale=100,
    )
    loans = {f"DK0{k}": 0.0 for k in range(1, 5)}
    found = net_new_money(
        ledger,
        start=date(2026, 1, 1),
        stop=STOP,
        basis=Basis(value="aum", aum_weights=loans),
        kinds=MoneyKinds(),
    ).to_pyarrow()
    fund = {
        row["customer_id"]
        for row in _plain(held).to_pylist()
        if str(row["product_id"]).startswith("JJ")
    }

    rows = found.to_pylist()

    plain = [row for row in rows if row["customer_id"] not in fund]
    assert len(plain) > 500
    off = [row for row in plain if abs(row["valuation"]) > 0.01]
    assert len(off) <= 0.01 * len(plain), off[:3]
    assert any(abs(row["valuation"]) > 1 for row in rows if row["customer_id"] in fund)


def _plain(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            column = table.column(place).cast(field.type.value_type)
            table = table.set_column(place, field.name, column)
    if "occurred_at" in table.column_names:
        stamps = table["occurred_at"].cast(pa.timestamp("us"))
        table = table.drop_columns("occurred_at").append_column(
            "local_date",
            pc.add(stamps, pa.scalar(timedelta(hours=8))).cast(pa.date32()),
        )
    return table
