"""Balances against a twin that walks through every day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.engine import Basis
from regulars.engine.measures.balances import balances, steps

AS_OF = date(2026, 3, 31)
TODAY = AS_OF.toordinal()
BASIS = Basis(value="aum", default_balance_margin=0.02)


def measured(ledger: engine.Ledger, basis: Basis = BASIS) -> dict[int, dict[str, Any]]:
    table = balances(steps(ledger, as_of=AS_OF, basis=basis), as_of=AS_OF, basis=basis)
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


@pytest.fixture
def bank(make_ledger: Callable[..., engine.Ledger], make_balances: Callable[..., Any]) -> Any:
    def make(rows: list[tuple[int, str, date, float]]) -> engine.Ledger:
        return make_ledger([(1, AS_OF, 1.0, "inflow")], balances=make_balances(rows))

    return make


def test_the_month_mean_counts_calendar_days(bank: Any) -> None:
    rows = [
        (1, "a", date(2026, 3, 1), 100_000.0),
        (1, "a", date(2026, 3, 11), 160_000.0),
        (1, "a", date(2026, 3, 26), 40_000.0),
    ]

    assert measured(bank(rows))[1]["adb_month"] == pytest.approx(117_419.35, abs=0.005)


def test_accounts_add_up_and_old_balances_still_stand(bank: Any) -> None:
    rows = [(1, "a", date(2020, 1, 1), 500.0), (1, "b", date(2026, 3, 30), 70.0)]

    found = measured(bank(rows))[1]

    assert (found["aum"], found["aum_prev_30"], found["flow_5"]) == (570.0, 500.0, 70.0)
    assert found["days_known"] == (AS_OF - date(2020, 1, 1)).days
    assert found["balance_income_365"] == pytest.approx(0.02 * (500 + 70 * 2 / 365), abs=1e-3)


def test_a_daily_snapshot_gives_the_same_as_its_changes(bank: Any) -> None:
    levels = {k: 1000.0 + 50 * (k // 7) for k in range(120)}
    daily = [(1, "a", AS_OF - timedelta(days=k), level) for k, level in levels.items()]
    changes = [
        row for k, row in enumerate(daily) if k + 1 not in levels or levels[k + 1] != levels[k]
    ]

    assert len(changes) < 30
    assert measured(bank(daily)) == measured(bank(changes))


def test_money_leaving_out_of_the_ordinary_is_a_large_movement(bank: Any) -> None:
    rows = [
        (1, "a", AS_OF - timedelta(days=300), 400_000.0),
        (1, "a", AS_OF - timedelta(days=2), 250_000.0),
        (2, "a", AS_OF - timedelta(days=300), 400_000.0),
        (2, "a", AS_OF - timedelta(days=2), 360_000.0),
        (3, "a", AS_OF - timedelta(days=300), 10_000.0),
        (3, "a", AS_OF - timedelta(days=1), 300_000.0),
    ]

    found = measured(bank(rows))

    assert found[1]["large_movement"] == "out"
    assert found[2]["large_movement"] is None  # below 50,000
    assert found[3]["large_movement"] == "in"


def test_who_moves_such_sums_every_month_does_nothing_unusual(bank: Any) -> None:
    rows = [
        (1, "a", AS_OF - timedelta(days=day), 400_000.0 if swing else 200_000.0)
        for day, swing in [(k * 15 + 2, k % 2 == 1) for k in range(20)]
    ]

    found = measured(bank(rows))[1]

    assert found["flow_5"] == -200_000.0
    assert found["flow_low"] == -200_000.0
    assert found["large_movement"] is None


def test_products_outside_managed_assets_weigh_nothing(
    make_ledger: Callable[..., engine.Ledger], connection: engine.Connection
) -> None:
    import pyarrow as pa

    table = pa.table(
        {
            "customer_id": [1, 1],
            "product_id": ["deposit", "loan"],
            "on": [date(2025, 1, 1)] * 2,
            "balance": [100.0, 900.0],
        }
    )
    kept = connection.create_table(ibis.util.gen_name("weighed"), table, temp=True)
    ledger = make_ledger([(1, AS_OF, 1.0, "inflow")], balances=kept)
    basis = Basis(
        value="aum", aum_weights={"loan": 0.0}, balance_margins={"deposit": 0.01, "loan": 0.03}
    )

    found = measured(ledger, basis)[1]

    assert found["aum"] == 100.0
    assert found["balance_income_365"] == pytest.approx(1.0 + 27.0)


ROWS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.integers(0, 420)),
    st.integers(0, 200_000),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_balances_equal_a_walk_through_every_day(
    rows: dict[tuple[int, str, int], int],
) -> None:
    import pyarrow as pa

    connection = engine.connect(threads=1)
    given_rows = [(c, a, AS_OF - timedelta(days=d), float(v)) for (c, a, d), v in rows.items()]
    columns = list(zip(*given_rows, strict=True))
    kept = connection.create_table(
        ibis.util.gen_name("balances"),
        pa.table(
            dict(zip(("customer_id", "account_id", "on", "balance"), columns, strict=True))
        ),
    )
    sold = connection.create_table(
        ibis.util.gen_name("sold"),
        pa.table({"customer_id": [1], "local_date": [AS_OF], "amount": [1.0]}),
    )

    found = measured(engine.Ledger(sold, balances=kept))

    assert set(found) == {row[0] for row in given_rows}
    for customer, measures in found.items():
        line = _walk(given_rows, customer)
        assert measures["aum"] == pytest.approx(line[0])
        assert measures["aum_prev_30"] == pytest.approx(line[30])
        assert measures["adb_90"] == pytest.approx(np.mean(line[:90]), abs=1e-3)
        assert measures["adb_month"] == pytest.approx(np.mean(line[:31]), abs=1e-3)
        assert measures["flow_5"] == pytest.approx(line[0] - line[5])
        earlier = [line[5 + 5 * k] - line[10 + 5 * k] for k in range(36)]
        assert measures["flow_low"] == pytest.approx(min(0.0, *earlier))
        assert measures["flow_high"] == pytest.approx(max(0.0, *earlier))


def _walk(rows: list[tuple[int, str, date, float]], customer: int) -> list[float]:
    """Total balance `k` days before AS_OF, for k from 0 on."""
    line = []
    for back in range(430):
        day, total = AS_OF - timedelta(days=back), 0.0
        for account in "ab":
            known = [
                (on, v) for c, a, on, v in rows if (c, a) == (customer, account) and on <= day
            ]
            total += max(known)[1] if known else 0.0
        line.append(total)
    return line


def test_month_ends_of_everybody(bank: Any) -> None:
    ledger = bank(
        [
            (1, "a", date(2026, 1, 10), 100.0),
            (1, "b", date(2026, 2, 10), 50.0),
            (2, "a", date(2026, 3, 1), 7.0),
        ]
    )
    ends = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]

    rows = engine.balance_on(ledger, ends).to_pyarrow().to_pylist()

    assert sorted((row["customer_id"], row["on"].month, row["aum"]) for row in rows) == [
        (1, 1, 100.0),
        (1, 2, 150.0),
        (1, 3, 150.0),
        (2, 3, 7.0),
    ]


def test_the_line_of_one_customer_starts_with_what_was_there(bank: Any) -> None:
    ledger = bank(
        [
            (1, "a", date(2025, 1, 10), 100.0),
            (1, "b", date(2026, 2, 10), 50.0),
            (1, "a", date(2026, 2, 10), 80.0),
            (1, "a", date(2026, 3, 5), 1.0),
            (2, "a", date(2026, 2, 1), 999.0),
        ]
    )

    line = engine.balance_line(ledger, 1, date(2026, 1, 1), date(2026, 3, 1))

    assert [(point.on, point.balance) for point in line] == [
        (date(2026, 1, 1), 100.0),
        (date(2026, 2, 10), 130.0),
    ]
