"""One row per customer for whom something changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest

from regulars import engine
from regulars.engine import BANK, RETAIL
from regulars.engine.backends import Workbench
from regulars.engine.movements import HEADLINES
from regulars.engine.movements.changes import Changes, find_changes

AS_OF = date(2026, 3, 31)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


@pytest.fixture
def ledger(connection: engine.Connection) -> engine.Ledger:
    """1 buys as ever; 2 has gone silent; 3 gave up tea; 4 moved to the app and spent much."""
    rows = [(1, ago(7 * k), 10.0, "tea", "shop") for k in range(60)]
    rows += [(2, ago(95 + 7 * k), 10.0, "tea", "shop") for k in range(60)]
    rows += [(3, ago(7 * k), 10.0, "tea" if k > 13 else "wine", "shop") for k in range(60)]
    rows += [(4, ago(7 * k), 10.0, "tea", "shop" if k > 13 else "app") for k in range(60)]
    rows += [(4, ago(1), 500.0, "tea", "app")]
    names = ("customer_id", "local_date", "amount", "category", "channel")
    columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    sold = connection.create_table(ibis.util.gen_name("changed"), pa.table(columns), temp=True)
    return engine.Ledger(sold)


def found(ledger: engine.Ledger, connection: engine.Connection, **given: Any) -> Changes:
    return find_changes(ledger, Workbench(connection), as_of=AS_OF, basis=RETAIL, **given)


def by_customer(told: Changes) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in told.customers.to_pyarrow().to_pylist()}


def test_customers_with_something_to_say_have_a_row_whatever_the_order_of_facts(
    ledger: engine.Ledger, connection: engine.Connection
) -> None:
    by_amount = ledger.transactions.order_by("amount", "category", "local_date")
    turned = connection.create_table(ibis.util.gen_name("turned"), by_amount, temp=True)

    rows = by_customer(found(ledger, connection))

    assert rows == by_customer(found(engine.Ledger(turned), connection))
    assert set(rows) == {2, 3, 4}
    assert rows[2]["headline"] == "rhythm_silent"
    assert (rows[3]["headline"], rows[3]["basket_gone"]) == ("basket_gone", "tea")
    assert rows[4]["headline"] == "channel_changed"
    assert (rows[4]["channel_before"], rows[4]["channel_now"]) == ("shop", "app")
    assert (rows[4]["purchase_movement"], rows[4]["changes"]) == ("in", 2)
    assert {row["headline"] for row in rows.values()} <= set(HEADLINES)


def test_money_that_leaves_comes_first(
    ledger: engine.Ledger, connection: engine.Connection
) -> None:
    kept = connection.create_table(
        ibis.util.gen_name("kept_money"),
        pa.table(
            {
                "customer_id": [2, 2],
                "on": [ago(300), ago(1)],
                "balance": [400_000.0, 100_000.0],
            }
        ),
        temp=True,
    )
    banked = engine.Ledger(ledger.transactions, balances=kept)

    told = find_changes(banked, Workbench(connection), as_of=AS_OF, basis=BANK)

    row = by_customer(told)[2]
    assert (row["headline"], row["balance_moved"]) == ("money_out", -300_000.0)
    assert row["rhythm_change"] == "silent"
    assert told.movements.rows.to_pyarrow().num_rows == 2


def test_a_ledger_that_names_nothing_still_tells_the_rhythm(
    ledger: engine.Ledger, connection: engine.Connection
) -> None:
    bare = engine.Ledger(ledger.transactions.drop("category", "channel"))

    rows = by_customer(found(bare, connection))

    assert set(rows) == {2, 4}
    assert "basket_gone" not in rows[2]
