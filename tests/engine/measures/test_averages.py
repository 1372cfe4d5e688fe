"""Average balances: the golden month, composites, and the tier's own measure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pytest

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import BANK, Basis
from regulars.engine.measures.averages import (
    TierCut,
    average_balances,
    composite_balances,
    tier_reached,
)

AS_OF = date(2026, 3, 31)
GOLDEN = [
    (1, "a", date(2026, 3, 1), 100_000.0),
    (1, "a", date(2026, 3, 11), 160_000.0),
    (1, "a", date(2026, 3, 26), 40_000.0),
]


def rows(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.order_by("customer_id").to_pyarrow().to_pylist()
    return found


def ledger(kept: list[tuple[int, str, date, float]], product: str | None = None) -> Any:
    sold = ibis.memtable({"customer_id": [1], "local_date": [AS_OF], "amount": [1.0]})
    names = ("customer_id", "account_id", "on", "balance")
    columns = {name: [row[k] for row in kept] for k, name in enumerate(names)}
    if product == "by account":
        columns["product_id"] = columns["account_id"]
    return engine.Ledger(sold, balances=ibis.memtable(columns))


def test_the_month_is_averaged_by_calendar_days_and_over_thirty() -> None:
    (found,) = rows(average_balances(ledger(GOLDEN), as_of=AS_OF, basis=BANK))

    assert found["adb_month"] == pytest.approx(117_419.35, abs=0.005)
    assert found["adb_month_30"] == pytest.approx(121_333.33, abs=0.005)


def test_the_year_is_averaged_over_the_days_elapsed() -> None:
    kept = [(1, "a", date(2024, 5, 1), 900.0), (1, "a", date(2026, 3, 2), 0.0)]

    (found,) = rows(average_balances(ledger(kept), as_of=AS_OF, basis=BANK))

    assert found["adb_year"] == pytest.approx(900.0 * 60 / 90)
    assert found["adb_quarter"] == pytest.approx(900.0 * 60 / 90)
    assert found["adb_month"] == pytest.approx(900.0 / 31, abs=1e-4)


def test_later_balances_do_not_exist() -> None:
    later = [*GOLDEN, (1, "a", AS_OF + timedelta(days=1), 9e9)]

    assert rows(average_balances(ledger(later), as_of=AS_OF, basis=BANK)) == rows(
        average_balances(ledger(GOLDEN), as_of=AS_OF, basis=BANK)
    )


def test_products_outside_managed_assets_weigh_nothing() -> None:
    kept = [(1, "deposit", date(2025, 1, 1), 100.0), (1, "loan", date(2025, 1, 1), 900.0)]
    basis = Basis(aum_weights={"loan": 0.0})

    (found,) = rows(average_balances(ledger(kept, "by account"), as_of=AS_OF, basis=basis))

    assert found["adb_year"] == 100.0


def test_the_highest_tier_looks_at_unweighted_net_assets() -> None:
    start = date(2025, 1, 1)
    kept = [
        (1, "fund", start, 6_000_000.0),
        (1, "loan", start, 3_000_000.0),
        (2, "fund", start, 6_000_000.0),
        (3, "gold", start, 10.0),
    ]
    table = composite_balances(
        ledger(kept, "by account"), as_of=AS_OF, coefficients={"fund": 0.5}, debts=["loan"]
    )
    cuts = [TierCut("diamond", 5e6, "net_assets"), TierCut("gold", 2e6)]

    found = rows(table.mutate(tier=tier_reached(table, cuts)))

    assert [row["composite"] for row in found] == [3e6, 3e6, 10.0]
    assert [row["net_assets"] for row in found] == [3e6, 6e6, 10.0]
    assert [row["tier"] for row in found] == ["gold", "diamond", None]


def test_a_tier_over_an_unknown_measure_is_refused() -> None:
    with pytest.raises(BadInput, match="composite"):
        tier_reached(ibis.memtable({"aum": [1.0]}), [TierCut("gold", 1.0)])
