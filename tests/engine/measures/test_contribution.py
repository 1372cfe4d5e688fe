"""What customers bring after what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import ibis
import pyarrow as pa
import pytest
from tests.engine.twin import totals

from regulars import engine
from regulars.engine import Basis
from regulars.engine.measures.balances import balances, steps
from regulars.engine.measures.contribution import (
    contribution_figures,
    contributions,
    cost_by_channel,
)

AS_OF, NOON = date(2026, 3, 31), time(12)
BASIS = Basis(
    activity=("purchase", "inflow"),
    value="aum",
    margin_rate=0.01,
    default_balance_margin=0.02,
    contact_costs={"call": 5.0, "visit": 80.0},
    yearly_cost=10.0,
)


@pytest.fixture
def ledger(
    make_ledger: Callable[..., engine.Ledger],
    make_balances: Callable[..., Any],
    connection: engine.Connection,
) -> engine.Ledger:
    days = [*(date(2026, 1, day) for day in range(1, 5)), date(2024, 1, 1)]
    touched = connection.create_table(
        ibis.util.gen_name("touched"),
        pa.table(
            {
                "customer_id": [1, 1, 1, 2, 2],
                "at": [datetime.combine(day, NOON) for day in days],
                "channel": ["call", "visit", "call", "call", "visit"],
                "cost": pa.array([None, None, 7.0, None, None], pa.float64()),
            }
        ),
        temp=True,
    )
    rows = [
        (1, date(2026, 1, 5), 1000.0, "purchase"),
        (1, date(2026, 2, 5), 4.0, "fee"),
        (2, date(2026, 2, 5), 60_000.0, "purchase"),
    ]
    kept = make_balances([(1, "a", date(2025, 1, 1), 500.0), (3, "a", date(2025, 1, 1), 9.0)])
    return make_ledger(rows, balances=kept, touches=touched)


def measured(ledger: engine.Ledger) -> Any:
    return contributions(
        totals(ledger, as_of=AS_OF, basis=BASIS),
        basis=BASIS,
        kept=balances(steps(ledger, as_of=AS_OF, basis=BASIS), as_of=AS_OF, basis=BASIS),
        costs=cost_by_channel(ledger, as_of=AS_OF, basis=BASIS),
    )


def test_income_less_contacts_less_keeping(ledger: engine.Ledger) -> None:
    first, second, third = measured(ledger).order_by("customer_id").to_pyarrow().to_pylist()

    assert first["contribution"] == pytest.approx(10 + 4 + 10 - (5 + 80 + 7) - 10)
    assert (first["costs_more"], first["contacts"]) == (True, 3)
    assert (first["costliest_channel"], first["costliest_channel_cost"]) == ("visit", 80.0)
    assert second["contribution"] == pytest.approx(600 - 5 - 10)
    assert third["contribution"] == pytest.approx(0.18 - 10)
    assert third["costliest_channel"] is None


def test_it_is_what_the_valuation_says(ledger: engine.Ledger) -> None:
    mine = {row["customer_id"]: row for row in measured(ledger).to_pyarrow().to_pylist()}
    result = engine.valuate(ledger, as_of=AS_OF, basis=BASIS)

    for row in result.customers.to_pyarrow().to_pylist():
        assert mine[row["customer_id"]]["contribution"] == pytest.approx(row["contribution_12"])


def test_the_figures_of_the_base(ledger: engine.Ledger) -> None:
    found = {figure.code: figure for figure in contribution_figures(measured(ledger))}

    assert found["costing_more"].value == pytest.approx(2 / 3)
    assert found["contact_cost"].value == pytest.approx(97 / 4)
    assert found["cost_to_serve"].value == pytest.approx((97 + 30) / (24 + 600 + 0.18))


def test_without_touches_costs_are_refused(make_ledger: Callable[..., engine.Ledger]) -> None:
    with pytest.raises(engine.LedgerError, match="touches"):
        cost_by_channel(make_ledger([(1, AS_OF, 1.0)]), as_of=AS_OF, basis=BASIS)
