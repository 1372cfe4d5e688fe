"""Changes of basket and channel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import RETAIL
from regulars.engine.measures.mix import Span, basket_change, channel_change, mix_change

AS_OF = date(2025, 12, 31)
Rows = list[tuple[int, int, str]]


@pytest.fixture
def make(connection: engine.Connection) -> Callable[..., engine.Ledger]:
    def ledger(rows: Rows, column: str = "category", amount: float = 10.0) -> engine.Ledger:
        """Rows are customer, days before AS_OF, item."""
        who, ago, item = zip(*rows, strict=True)
        table = pa.table(
            {
                "customer_id": who,
                "local_date": [AS_OF - timedelta(days=int(days)) for days in ago],
                "amount": [amount] * len(rows),
                column: item,
            }
        )
        return engine.Ledger(connection.create_table(ibis.util.gen_name("mix"), table))

    return ledger


def basket(ledger: engine.Ledger, **given: Any) -> dict[int, dict[str, Any]]:
    table = basket_change(ledger, as_of=AS_OF, basis=RETAIL, **given)
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


def test_what_disappeared_and_what_is_new_is_named(make: Any) -> None:
    rows = [(1, ago, "milk") for ago in range(0, 400, 7)]
    rows += [(1, ago, "baby") for ago in range(95, 400, 7)]
    rows += [(1, ago, "school") for ago in (2, 9, 16, 23)]

    row = basket(make(rows))[1]

    assert (row["basket_gone"], row["basket_new"]) == ("baby", "school")
    assert row["basket_gone_amount"] == pytest.approx(440.0 * 90 / 365)
    assert row["basket_new_amount"] == 40.0
    assert row["basket_changed"]


def test_two_equal_mixes_are_no_change(make: Any) -> None:
    rows = [(1, ago, item) for ago in range(0, 400, 7) for item in ("milk", "bread")]

    row = basket(make(rows))[1]

    assert row["basket_distance"] == pytest.approx(0.0, abs=0.05)
    assert not row["basket_changed"]
    assert (row["basket_gone"], row["basket_new"]) == (None, None)


def test_little_evidence_is_said_as_null(make: Any) -> None:
    rows = [(1, ago, "milk") for ago in (1, 100, 200)] + [(2, ago, "a") for ago in range(300)]

    found = basket(make([*rows, *[(3, ago, "b") for ago in (*range(3), *range(100, 106))]]))

    assert set(found) == {2, 3}  # who came hardly ever has no row at all
    for row in found.values():
        assert (row["basket_distance"], row["basket_p"]) == (None, None)
        assert row["basket_changed"] is False


def test_the_probability_is_that_of_the_chi_square_test(make: Any) -> None:
    rng = np.random.default_rng(3)
    before, lately = [0.5, 0.3, 0.2], [0.3, 0.3, 0.4]
    rows = [
        (1, ago, str(rng.choice(["a", "b", "c"], p=before if ago > 89 else lately)))
        for ago in range(0, 440, 3)
    ]
    counts = np.zeros((2, 3))
    for _, ago, item in rows:
        counts[int(ago < 90), "abc".index(item)] += 1

    row = basket(make(rows))[1]

    chi = stats.chi2_contingency(counts, correction=False)
    whole = counts.sum()
    assert row["basket_p"] == pytest.approx(
        stats.chi2.sf(chi.statistic * (whole - 1) / whole, 2), abs=0.004
    )


def test_customers_who_do_not_change_raise_few_alarms(make: Any) -> None:
    rng = np.random.default_rng(5)
    rows: Rows = []
    for who in range(600):
        taste = rng.dirichlet(np.full(8, 0.7))
        for ago in np.flatnonzero(rng.random(455) < 0.25):
            rows.append((who, int(ago), f"c{rng.choice(8, p=taste)}"))

    found = basket(make(rows))

    tested = [row for row in found.values() if row["basket_p"] is not None]
    assert len(tested) > 400
    assert sum(row["basket_p"] < 0.01 for row in tested) / len(tested) < 0.025
    assert sum(row["basket_gone"] is not None for row in tested) / len(tested) < 0.02


def test_from_the_branch_to_the_app(make: Any) -> None:
    rows = [(1, ago, "branch") for ago in range(95, 400, 7)]
    rows += [(1, ago, "app") for ago in range(0, 90, 7)]
    rows += [(2, ago, way) for ago in range(0, 400, 7) for way in ("app", "branch")]
    table = channel_change(make(rows, "channel"), as_of=AS_OF, basis=RETAIL)

    first, second = table.order_by("customer_id").to_pyarrow().to_pylist()

    assert first["channel_changed"]
    assert (first["channel_before"], first["channel_now"]) == ("branch", "app")
    assert not second["channel_changed"]
    assert (second["channel_before"], second["channel_now"]) == ("app", "app")


def test_later_purchases_do_not_exist(make: Any) -> None:
    rows = [(1, ago, "milk" if ago % 2 else "bread") for ago in range(0, 400, 7)]

    assert basket(make(rows)) == basket(make([*rows, (1, -5, "wine")]))


def test_what_makes_no_sense_is_refused(make: Any) -> None:
    ledger = make([(1, 1, "milk")])

    with pytest.raises(BadInput, match="longer"):
        basket(ledger, span=Span(recent=90, past=30))
    with pytest.raises(engine.LedgerError, match="branch"):
        mix_change(ledger, "branch", "place", as_of=AS_OF, basis=RETAIL)
