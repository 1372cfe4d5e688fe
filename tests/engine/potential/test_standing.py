"""One big deal does not make a VIP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import RETAIL, Basis
from regulars.engine.potential import AxisRule, classify, find_potentials, standing_value

AS_OF = date(2026, 3, 31)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def by_customer(table: Any) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


def standing(ledger: engine.Ledger, **given: Any) -> dict[int, dict[str, Any]]:
    return by_customer(standing_value(ledger, as_of=AS_OF, basis=RETAIL, **given))


def test_a_one_off_purchase_does_not_make_a_vip(make_ledger: Any) -> None:
    """S32: buying power, frequency, loyalty and demands; not one big deal."""
    rows = [(who, ago(30 * k + who), 100.0) for who in range(1, 41) for k in range(24)]
    rows += [(900, ago(20), 50_000.0)]  # once, and never before
    rows += [(901, ago(30 * k), 100.0) for k in range(24)] + [(901, ago(5), 50_000.0)]
    rows += [(902, ago(30 * k), 2_000.0) for k in range(24)]  # the true VIP
    ledger = make_ledger(rows)
    values = standing_value(ledger, as_of=AS_OF, basis=RETAIL)

    potentials = find_potentials(values, by=[()])
    found, _ = classify(potentials, value=AxisRule(cuts=(1_500.0, 5_000.0)))

    levels = {who: row["value_level"] for who, row in by_customer(found).items()}
    assert levels[902] == 3
    assert (levels[900], levels[901], levels[1]) == (1, 1, 1)


def test_the_largest_day_counts_for_three_usual_ones(make_ledger: Any) -> None:
    rows = [(1, ago(10 * k + 400), 10.0) for k in range(10)] + [(1, ago(1), 500.0)]

    row = standing(make_ledger(rows))[1]

    years = (490 + 1) / 365
    assert row["standing_value"] == pytest.approx((100 + 30) / years, abs=0.01)
    assert row["largest_share"] == pytest.approx(500 / 600, abs=1e-4)
    assert row["capped"]


def test_a_yearly_customer_is_not_cut(make_ledger: Any) -> None:
    rows = [(1, ago(365 * k + 30), 9_000.0) for k in range(3)]

    row = standing(make_ledger(rows))[1]

    assert not row["capped"]
    assert row["standing_value"] == pytest.approx(27_000 / ((760 + 1) / 365), abs=0.01)


def test_a_large_purchase_given_back_costs_nothing_twice(make_ledger: Any) -> None:
    rows = [(1, ago(30 * k + 60), 100.0, "purchase") for k in range(10)]
    rows += [(1, ago(20), 10_000.0, "purchase"), (1, ago(10), -10_000.0, "refund")]

    row = standing(make_ledger(rows))[1]

    assert row["standing_value"] == pytest.approx(1000.0)
    assert not row["capped"]


def test_money_of_yesterday_counts_for_one_day(make_ledger: Any, make_balances: Any) -> None:
    kept = make_balances(
        [(1, "a", ago(900), 100.0), (2, "a", AS_OF, 73_000.0), (3, "a", ago(900), -50.0)]
    )
    ledger = make_ledger([(1, AS_OF, 1.0)], balances=kept)

    found = by_customer(standing_value(ledger, as_of=AS_OF, basis=Basis(value="aum")))

    assert [found[who]["standing_value"] for who in (1, 2, 3)] == [100.0, 200.0, 0.0]


def test_no_value_stands_over_no_years(make_ledger: Any) -> None:
    with pytest.raises(BadInput, match="years"):
        standing(make_ledger([(1, AS_OF, 1.0)]), years=0)
