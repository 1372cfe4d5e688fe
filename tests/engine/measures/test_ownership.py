"""Products per customer, cross-selling and penetration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import BANK, RETAIL
from regulars.engine.measures.ownership import (
    categories_held,
    ownership_figures,
    penetration,
    penetration_figures,
    products_per_customer,
)

AS_OF = date(2026, 3, 31)
KINDS = {"d1": "deposit", "d2": "deposit", "f1": "fund", "c1": "card"}


@pytest.fixture
def ledger(connection: engine.Connection) -> engine.Ledger:
    def table(columns: dict[str, Any]) -> Any:
        return connection.create_table(ibis.util.gen_name("own"), pa.table(columns), temp=True)

    held = table(
        {
            "customer_id": [1, 1, 1, 2, 3, 3],
            "holding_id": ["a", "b", "c", "d", "e", "f"],
            "product_id": ["d1", "d2", "f1", "d1", "f1", "c1"],
            "opened_on": [date(2025, 1, 1)] * 5 + [date(2026, 4, 1)],
            "closed_on": pa.array(
                [None, None, None, None, date(2026, 3, 1), None], pa.date32()
            ),
        }
    )
    kept = table(
        {
            "customer_id": [2, 3],
            "product_id": ["c1", "d1"],
            "on": [date(2025, 1, 1)] * 2,
            "balance": [5.0, 0.0],
        }
    )
    sold = table({"customer_id": [1], "local_date": [AS_OF], "amount": [1.0]})
    return engine.Ledger(sold, balances=kept, holdings=held)


def test_categories_count_not_accounts_and_what_is_closed_does_not(
    ledger: engine.Ledger,
) -> None:
    held = categories_held(ledger, as_of=AS_OF, basis=BANK, categories=KINDS)

    found = {(row["customer_id"], row["category"]) for row in held.to_pyarrow().to_pylist()}

    assert found == {(1, "deposit"), (1, "fund"), (2, "deposit"), (2, "card")}


def test_active_customers_without_a_product_are_in_the_denominator(
    ledger: engine.Ledger, connection: engine.Connection
) -> None:
    held = categories_held(ledger, as_of=AS_OF, basis=BANK, categories=KINDS)
    active = connection.create_table(
        ibis.util.gen_name("act"), pa.table({"customer_id": [1, 2, 3]})
    )

    found = {f.code: f for f in ownership_figures(products_per_customer(held, active))}

    assert found["products_per_customer"].value == pytest.approx(4 / 3)
    assert found["cross_sell_2"].value == pytest.approx(2 / 3)
    assert found["cross_sell_3"].value == 0.0
    assert found["cross_sell_2"].n == 3


def test_penetration_is_over_the_eligible_and_holders_who_are_not_stay_out(
    ledger: engine.Ledger, connection: engine.Connection
) -> None:
    held = categories_held(ledger, as_of=AS_OF, basis=BANK, categories=KINDS)
    may = connection.create_table(
        ibis.util.gen_name("may"),
        pa.table({"customer_id": [1, 2, 3, 3], "category": ["fund", "fund", "fund", "card"]}),
    )

    found = penetration_figures(penetration(held, may))

    assert (found["fund"].numerator, found["fund"].denominator) == (1.0, 3.0)
    assert found["card"].value == 0.0  # customer 2 holds one, but was not eligible


def test_penetration_of_nothing_is_refused(ledger: engine.Ledger) -> None:
    held = categories_held(ledger, as_of=AS_OF, basis=BANK)

    with pytest.raises(BadInput, match="no category"):
        penetration(held, held.select("customer_id"))


def test_a_shop_counts_the_categories_bought_within_a_year(
    make_ledger: Callable[..., engine.Ledger], connection: engine.Connection
) -> None:
    sold = connection.create_table(
        ibis.util.gen_name("shop"),
        pa.table(
            {
                "customer_id": [1, 1, 1],
                "local_date": [date(2024, 1, 1), date(2026, 1, 1), date(2026, 1, 1)],
                "amount": [1.0, 1.0, -1.0],
                "category": ["tea", "cake", "tea"],
            }
        ),
    )

    held = categories_held(engine.Ledger(sold), as_of=AS_OF, basis=RETAIL)

    assert held.to_pyarrow()["category"].to_pylist() == ["cake"]
