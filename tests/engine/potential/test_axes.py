"""Evidence, wallet, need, and the three axes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import BANK, RETAIL
from regulars.engine.potential import (
    AxisRule,
    classify,
    count_matrix,
    own_by_category,
    service_need,
    share_of_wallet,
    wallet_gaps,
    with_evidence,
)

AS_OF = date(2026, 3, 31)
CUTS = AxisRule(cuts=(10.0, 100.0))


@pytest.fixture
def table(connection: engine.Connection) -> Any:
    def make(**columns: Any) -> Any:
        name = "axes_" + "_".join(columns)
        return connection.create_table(ibis.util.gen_name(name), pa.table(columns), temp=True)

    return make


@pytest.fixture
def potentials(table: Any) -> Any:
    value = [200.0, 200.0, 5.0, 5.0]
    gap = [150.0, 0.0, 150.0, 0.0]
    return table(
        customer_id=[1, 2, 3, 4],
        value=value,
        potential=[v + g for v, g in zip(value, gap, strict=True)],
        potential_gap=gap,
    )


def by_customer(found: Any) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in found.to_pyarrow().to_pylist()}


def note(table: Any, **given: Any) -> Any:
    row = {
        "customer_id": 4,
        "kind": "banks_elsewhere",
        "amount": 800.0,
        "reason": "seen at the counter next door",
        "noted_on": date(2026, 1, 1),
        "expires_on": date(2026, 7, 1),
    } | given
    schema = {"amount": pa.float64(), "reason": pa.string()}
    return table(**{name: pa.array([v], schema.get(name)) for name, v in row.items()})


def test_a_note_lifts_potential_until_it_expires(potentials: Any, table: Any) -> None:
    """S35: a VIP of another bank is a target customer, with reason and expiry."""
    notes = note(table)

    seen = by_customer(with_evidence(potentials, notes, as_of=date(2026, 6, 30)))[4]
    after = by_customer(with_evidence(potentials, notes, as_of=date(2026, 7, 1)))[4]
    before = by_customer(with_evidence(potentials, notes, as_of=date(2025, 12, 31)))[4]

    assert (seen["potential"], seen["potential_gap"]) == (805.0, 800.0)
    assert seen["evidence_reason"] == "seen at the counter next door"
    assert seen["evidence_until"] == date(2026, 7, 1)
    assert seen["potential_before"] == 5.0
    for gone in (after, before):
        assert (gone["potential"], gone["evidence_in_force"]) == (5.0, False)
        assert gone["evidence_reason"] is None


def test_a_note_without_an_amount_lifts_the_level_only(potentials: Any, table: Any) -> None:
    lifted = with_evidence(potentials, note(table, amount=None), as_of=AS_OF)

    levels = by_customer(classify(lifted, value=CUTS, potential=CUTS)[0])

    assert by_customer(lifted)[4]["potential"] == 5.0
    assert (levels[4]["potential_level"], levels[4]["value_class"]) == (3, "develop")


def test_of_two_notes_the_larger_counts_and_they_do_not_add_up(
    potentials: Any, table: Any
) -> None:
    notes = table(
        customer_id=[4, 4],
        kind=["referral", "banks_elsewhere"],
        amount=[300.0, 800.0],
        reason=["told by a friend", "seen"],
        noted_on=[date(2026, 2, 1), date(2026, 1, 1)],
        expires_on=[date(2026, 12, 1), date(2026, 7, 1)],
    )

    row = by_customer(with_evidence(potentials, notes, as_of=AS_OF))[4]

    assert (row["potential"], row["evidence_kind"]) == (805.0, "banks_elsewhere")


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"reason": None}, {"expires_on": date(2026, 1, 1)}]
)
def test_a_note_nobody_can_explain_or_end_is_refused(
    potentials: Any, table: Any, wrong: dict[str, Any]
) -> None:
    with pytest.raises(BadInput, match="1 notes"):
        with_evidence(potentials, note(table, **wrong), as_of=AS_OF)


def test_share_of_wallet_is_recorded_or_called_estimated(potentials: Any, table: Any) -> None:
    own = table(
        customer_id=[1, 1, 2], category=["fund", "deposit", "fund"], own=[20.0, 50.0, 90.0]
    )
    wallets = table(
        customer_id=[1, 1, 1, 2, 3],
        category=["fund", "fund", "gold", "fund", "fund"],
        amount=[999.0, 80.0, 20.0, 30.0, 70.0],
        recorded_on=[
            *(date(2025, 1, 1), date(2026, 1, 1), date(2026, 2, 1)),
            *(date(2026, 1, 1), date(2020, 1, 1)),
        ],
    )
    gaps = wallet_gaps(own, wallets, as_of=AS_OF)

    found = by_customer(share_of_wallet(potentials, gaps))

    assert found[1]["wallet_share"] == pytest.approx(20 / 100)  # the latest fund, and gold
    assert (found[1]["wallet_gap"], found[1]["wallet_categories"]) == (80.0, 2)
    assert found[1]["wallet_recorded_on"] == date(2026, 1, 1)
    assert found[2]["wallet_share"] == 1.0  # more than was recorded: the record is old
    assert not found[2]["wallet_estimated"]
    assert found[3]["wallet_estimated"]  # recorded too long ago
    assert found[3]["wallet_share"] == pytest.approx(5 / 155, abs=1e-6)
    assert found[4]["wallet_share"] == 1.0


def test_own_by_category_reads_balances_or_sales(table: Any) -> None:
    sold = table(
        customer_id=[1, 1, 1],
        local_date=[AS_OF, AS_OF, date(2024, 1, 1)],
        amount=[30.0, -10.0, 99.0],
        category=["tea"] * 3,
    )
    kept = table(
        customer_id=[1, 1, 1],
        product_id=["f1", "f2", "f1"],
        on=[date(2025, 1, 1), date(2025, 1, 1), date(2026, 1, 1)],
        balance=[10.0, 5.0, 70.0],
    )
    ledger = engine.Ledger(sold, balances=kept)

    spent = own_by_category(ledger, as_of=AS_OF, basis=RETAIL)
    held = own_by_category(
        ledger, as_of=AS_OF, basis=BANK, categories={"f1": "fund", "f2": "fund"}
    )

    assert spent.to_pyarrow().to_pylist() == [
        {"customer_id": 1, "category": "tea", "own": 20.0}
    ]
    assert held.to_pyarrow().to_pylist() == [
        {"customer_id": 1, "category": "fund", "own": 75.0}
    ]


def test_need_counts_what_the_customer_asks_of_us(table: Any) -> None:
    noon = time(12)

    def stamps(*ago: int) -> list[datetime]:
        return [datetime.combine(AS_OF - timedelta(days=days), noon) for days in ago]

    sold = table(customer_id=[1], local_date=[AS_OF], amount=[1.0])
    touched = table(
        customer_id=[1, 1, 1, 2, 1],
        channel=["call", "call", "visit", "sms", "call"],
        direction=["in", "out", "out", "out", "in"],
        at=stamps(5, 6, 7, 8, 900),
    )
    told = table(customer_id=[1, 1], kind=["complaint", "login"], occurred_at=stamps(9, 10))
    held = table(customer_id=[1, 1, 3], category=["fund", "card", "card"])
    ledger = engine.Ledger(sold, touches=touched, events=told)

    found = by_customer(service_need(ledger, as_of=AS_OF, held=held))

    assert {name: found[1][name] for name in ("complaints", "contacts_in", "visits")} == {
        "complaints": 1,
        "contacts_in": 1,
        "visits": 1,
    }
    assert [found[who]["need_points"] for who in (1, 2, 3)] == [6.0, 0.0, 0.5]


def test_value_and_room_to_grow_make_four_classes(potentials: Any) -> None:
    levels, cuts = classify(potentials, value=CUTS, potential=CUTS)

    found = by_customer(levels)

    assert [found[who]["value_class"] for who in (1, 2, 3, 4)] == [
        "key",
        "hold",
        "develop",
        "watch",
    ]
    assert cuts["value"] == (10.0, 100.0)
    assert {row["need_level"] for row in found.values()} == {1}


def test_the_matrix_counts_everybody_once(potentials: Any, table: Any) -> None:
    needy = potentials.mutate(need_points=potentials.value)
    levels, cuts = classify(needy, value=CUTS, potential=CUTS, need=CUTS)

    matrix = count_matrix(needy, levels, cuts)

    assert len(matrix.customers) == 27
    assert sum(matrix.customers.values()) == sum(matrix.classes.values()) == 4
    assert matrix.customers[3, 1, 3] == 1
    assert matrix.value[3, 1, 3] == 200.0
    assert matrix.gap[3, 3, 3] == 150.0
    assert matrix.to_dict()["customers"]["3-1-3"] == 1


def test_equal_values_get_equal_levels(table: Any) -> None:
    zeros = table(
        customer_id=list(range(10)), value=[0.0] * 9 + [5.0], potential_gap=[1.0] * 10
    )

    found = by_customer(classify(zeros)[0])

    assert [found[who]["value_level"] for who in range(10)] == [1] * 9 + [3]
    assert {row["potential_level"] for row in found.values()} == {1}


def test_an_axis_is_cut_one_way() -> None:
    with pytest.raises(BadInput, match="one of the two"):
        AxisRule()
    with pytest.raises(BadInput, match="above the first"):
        AxisRule(cuts=(5.0, 5.0))
