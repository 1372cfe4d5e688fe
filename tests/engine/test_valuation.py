"""A whole valuation: what it promises whatever the data."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest

from regulars import engine
from regulars.engine import BANK, Basis

AS_OF = date(2026, 6, 30)
MakeLedger = Callable[..., engine.Ledger]
Row = dict[str, Any]


def rows_of(result: engine.Valuation) -> dict[int, Row]:
    return {row["customer_id"]: row for row in result.customers.to_pyarrow().to_pylist()}


def base(seed: int = 5, customers: int = 60) -> list[tuple[int, date, float, str]]:
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(1, customers + 1):
        for back in random.integers(0, 700, random.integers(1, 15)):
            amount = round(float(random.gamma(3, 30)), 2)
            kind = "refund" if random.random() < 0.1 else "purchase"
            signed = -amount if kind == "refund" else amount
            rows.append((customer, AS_OF - timedelta(days=int(back)), signed, kind))
    return rows


def test_five_lines_on_a_csv_are_enough(tmp_path: Path) -> None:
    lines = ["CustomerID,InvoiceDate,Amount"]
    lines += [f"C{c},{day.isoformat()} 10:00:00,{amount}" for c, day, amount, _ in base()]
    (tmp_path / "transactions.csv").write_text("\n".join(lines))
    script = """
import sys
from datetime import date
from regulars import engine
ledger = engine.read_csv("transactions.csv", customer_id="CustomerID",
                         occurred_at="InvoiceDate", amount="Amount")
result = engine.valuate(ledger, as_of=date(2026, 6, 30))
print(result.summary["customers"], result.customers.to_pandas().shape[0])
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"django", "psycopg", "procrastinate"}, loaded
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["60", "60"]


def test_the_future_is_invisible(make_ledger: MakeLedger) -> None:
    known = base()
    future = [(c, AS_OF + timedelta(days=1 + c % 40), 9999.0, "purchase") for c in range(1, 80)]

    before = engine.valuate(make_ledger(known), as_of=AS_OF)
    after = engine.valuate(make_ledger(known + future), as_of=AS_OF)

    assert rows_of(before) == rows_of(after)
    assert before.summary == after.summary
    assert before.quality == after.quality


def test_the_summary_equals_a_count_by_hand(make_ledger: MakeLedger) -> None:
    rows = base()
    found = rows_of(engine.valuate(make_ledger(rows), as_of=AS_OF))

    assert set(found) == {c for c, _, _, kind in rows if kind == "purchase"}
    for customer, row in found.items():
        own = [(day, amount, kind) for c, day, amount, kind in rows if c == customer]
        days = sorted({day for day, _, kind in own if kind == "purchase"})
        gaps = [(b - a).days for a, b in pairwise(days)]
        sales = sum(amount for _, amount, kind in own if kind == "purchase")
        later = [a for d, a, kind in own if kind == "purchase" and d > days[0]]
        assert row["purchase_count"] == len(days)
        assert row["revenue"] == pytest.approx(sales)
        assert row["net_spend"] == pytest.approx(sum(amount for _, amount, _ in own))
        assert row["median_gap"] == (median(gaps) if len(gaps) >= 2 else None)
        assert row["mean_purchase"] == (
            pytest.approx(sum(later) / (len(days) - 1), abs=1e-5) if len(days) > 1 else None
        )
        for name, newest, oldest in [
            ("spend_30", 0, 30),
            ("spend_90", 0, 90),
            ("spend_365", 0, 365),
            ("spend_prev_365", 365, 730),
        ]:
            within = [a for d, a, _ in own if newest <= (AS_OF - d).days < oldest]
            assert row[name] == pytest.approx(sum(within), abs=1e-4), name


def test_lines_of_one_order_are_one_purchase(make_ledger: MakeLedger) -> None:
    day = date(2026, 6, 1)
    rows = [
        (1, day, 10.0, "purchase", "A"),
        (1, day, 20.0, "purchase", "A"),
        (1, day, 5.0, "purchase", "B"),
        (1, day + timedelta(days=3), 5.0, "purchase", None),
        (1, day + timedelta(days=3), 6.0, "purchase", None),
    ]

    row = rows_of(engine.valuate(make_ledger(rows), as_of=AS_OF))[1]

    assert row["purchase_count"] == 3  # A, B and the day without an order
    assert row["repeat_count"] == 1


def test_cents_give_the_same_as_whole_units(connection: engine.Connection) -> None:
    import pyarrow as pa

    rows = base()
    common = {"customer_id": [r[0] for r in rows], "local_date": [r[1] for r in rows]}
    amounts = [round(r[2] * 100) for r in rows]
    cents = connection.create_table(
        ibis.util.gen_name("cents"), pa.table(common | {"amount": amounts}), temp=True
    )
    units = connection.create_table(
        ibis.util.gen_name("units"),
        pa.table(common | {"amount": [a / 100 for a in amounts]}),
        temp=True,
    )

    by_cents = engine.valuate(engine.Ledger(cents, scale=100), as_of=AS_OF)
    by_units = engine.valuate(engine.Ledger(units), as_of=AS_OF)

    assert by_cents.summary["revenue"] == by_units.summary["revenue"]
    for customer, row in rows_of(by_cents).items():
        assert row["clv_12"] == pytest.approx(rows_of(by_units)[customer]["clv_12"], rel=1e-6)


def test_too_small_a_base_is_valued_without_models_and_says_why(
    make_ledger: MakeLedger,
) -> None:
    rows = [(1, date(2026, 6, 1), 10.0, "purchase"), (2, date(2026, 6, 20), 30.0, "purchase")]

    result = engine.valuate(make_ledger(rows), as_of=AS_OF)

    assert "too few" in result.missing_models["mbg_nbd"]
    assert [row["p_alive"] for row in rows_of(result).values()] == [None, None]
    assert [row["stage"] for row in rows_of(result).values()] == ["new", "new"]
    assert result.quality.skipped is not None
    assert "26 weeks" in result.quality.skipped


def test_nobody_at_all_is_an_answer_not_an_error(make_ledger: MakeLedger) -> None:
    rows = [(1, AS_OF + timedelta(days=1), 10.0, "purchase")]

    result = engine.valuate(make_ledger(rows), as_of=AS_OF)

    assert result.summary["customers"] == 0
    assert result.summary["revenue"] == 0
    json.dumps(result.to_dict(), allow_nan=False)


def test_the_forecast_lies_within_what_is_possible(make_ledger: MakeLedger) -> None:
    for row in rows_of(engine.valuate(make_ledger(base()), as_of=AS_OF)).values():
        assert 0 <= row["p_alive"] <= 1
        assert 0 <= row["expected_12"] <= row["expected_36"]
        assert 0 <= row["clv_12"] <= row["clv_36"]
        assert 0 <= row["clv_12_low"] <= row["clv_12_high"]
        assert 0 <= row["clv_36_low"] <= row["clv_36_high"]
        assert row["clv_12"] <= 0.3 * row["value_at_stake"] + 1e-6


def test_margin_comes_from_cost_where_a_line_names_it(connection: engine.Connection) -> None:
    import pyarrow as pa

    table = pa.table(
        {
            "customer_id": [1, 1, 2],
            "local_date": [date(2026, 6, 1)] * 3,
            "amount": [100.0, 50.0, 10.0],
            "cost": [90.0, None, 2.0],
        }
    )
    touches = pa.table(
        {
            "customer_id": [1, 1, 2],
            "at": [date(2026, 6, 2), date(2026, 6, 3), date(2024, 1, 1)],
            "channel": ["call", "sms", "call"],
        }
    )
    ledger = engine.Ledger(
        connection.create_table(ibis.util.gen_name("costly"), table, temp=True),
        touches=connection.create_table(ibis.util.gen_name("touched"), touches, temp=True),
    )
    basis = Basis(margin_rate=0.2, contact_costs={"call": 5.0}, yearly_cost=1.0)

    found = rows_of(engine.valuate(ledger, as_of=AS_OF, basis=basis))

    assert (found[1]["cost_to_serve_12"], found[2]["cost_to_serve_12"]) == (6.0, 1.0)
    assert found[1]["contribution_12"] == pytest.approx(10 + 50 * 0.2 - 6)
    assert found[2]["contribution_12"] == pytest.approx(8 - 1)


def test_a_customer_with_money_but_without_activity_has_a_row(
    make_ledger: MakeLedger, make_balances: Callable[..., Any]
) -> None:
    rows = [(c, day, abs(amount), "inflow") for c, day, amount, _ in base()]
    kept = make_balances(
        [
            (1, "a", date(2025, 1, 1), 1000.0),
            (999, "a", date(2024, 1, 1), 800_000.0),
            (998, "a", date(2026, 6, 1), 10.0),
            (997, "a", date(2024, 1, 1), 0.0),
        ]
    )

    result = engine.valuate(make_ledger(rows, balances=kept), as_of=AS_OF, basis=BANK)
    found = rows_of(result)

    assert found[999]["purchase_count"] == 0
    assert (found[999]["rfm"], found[999]["days_since_last"]) == (None, None)
    assert (found[999]["stage"], found[998]["stage"], found[997]["stage"]) == (
        "active",
        "new",
        "lost",
    )
    assert found[999]["value_at_stake"] == 800_000.0
    assert found[999]["clv_12"] > 0
    assert found[999]["abc_class"] == "A"
    assert result.summary["aum"] == 801_010.0


def test_a_bank_without_balances_is_refused_with_what_to_do(make_ledger: MakeLedger) -> None:
    with pytest.raises(engine.LedgerError, match="Give the balances"):
        engine.valuate(make_ledger(base()), as_of=AS_OF, basis=BANK)


def test_what_is_written_is_sorted_and_complete(
    make_ledger: MakeLedger, tmp_path: Path
) -> None:
    result = engine.valuate(make_ledger(base()), as_of=AS_OF)

    result.write(tmp_path)

    table = pq.read_table(tmp_path / "customers.parquet")
    assert table["customer_id"].to_pylist() == sorted(rows_of(result))
    assert {"rfm", "stage", "clv_36_high", "value_at_stake"} <= set(table.column_names)
    written = json.loads((tmp_path / "result.json").read_text())
    for name in ("customers", "revenue", "top20_share", "gini", "repeat_rate", "abc", "rfm"):
        assert name in written
    assert written["models"]["mbg_nbd"]["parameters"].keys() == {"r", "alpha", "a", "b"}


def test_nothing_is_left_behind_in_the_engine(make_ledger: MakeLedger) -> None:
    ledger = make_ledger(base())
    connection = ledger.transactions.get_backend()
    before = set(connection.list_tables())

    result = engine.valuate(ledger, as_of=AS_OF)

    assert len(set(connection.list_tables()) - before) <= 1 + 1  # the customers
    assert result.customers.count().to_pyarrow().as_py() == 60
