"""The ladder of silence, waking up, and inactive accounts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine import BANK, RETAIL, Basis
from regulars.engine.ledger import day_number
from regulars.engine.measures.dormancy import (
    ASLEEP,
    LADDER,
    count_rungs,
    dormancy_ladder,
    initiated_days,
)
from regulars.engine.measures.inactivity import (
    HALF_YEAR,
    THREE_YEARS,
    YEAR_UNLINKED,
    InactivityRule,
    inactive_accounts,
)
from regulars.engine.measures.reactivation import reactivation_figures, reactivations

AS_OF = date(2026, 3, 31)
TODAY = day_number(AS_OF)


@pytest.fixture
def table(connection: engine.Connection) -> Any:
    def make(columns: dict[str, Any]) -> Any:
        name = "dormancy_" + "_".join(columns)
        return connection.create_table(ibis.util.gen_name(name), pa.table(columns), temp=True)

    return make


@pytest.fixture
def days_of(table: Any) -> Any:
    def make(histories: dict[int, list[int]], amount: float = 10.0) -> Any:
        pairs = [(who, TODAY - ago) for who, days in histories.items() for ago in days]
        who, days = zip(*pairs, strict=True)
        return table({"customer_id": who, "day": days, "sales": [amount] * len(days)})

    return make


def by_customer(found: Any) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in found.to_pyarrow().to_pylist()}


def test_each_step_comes_with_its_own_rhythm(days_of: Any) -> None:
    silences = {1: 5, 2: 11, 3: 16, 4: 21, 5: 26, 6: 31}
    days = days_of({who: list(range(ago, 400, 10)) for who, ago in silences.items()})

    found = by_customer(dormancy_ladder(days, as_of=AS_OF, basis=RETAIL))

    assert [found[who]["dormancy_step"] for who in silences] == [None, *LADDER]
    assert {row["rhythm"] for row in found.values()} == {10.0}
    assert found[4]["step_since"] == AS_OF  # 21 days of silence, entered on the 21st
    assert found[6]["dormant_on"] == AS_OF - timedelta(days=10)
    assert found[1]["dormant_on"] == AS_OF + timedelta(days=16)


def test_a_slow_customer_is_not_asleep_and_a_new_one_never(days_of: Any) -> None:
    found = by_customer(
        dormancy_ladder(
            days_of({1: list(range(80, 900, 90)), 2: [80, 81, 82]}), as_of=AS_OF, basis=RETAIL
        )
    )

    assert found[1]["dormancy_step"] is None
    assert found[2]["dormancy_step"] is None  # known for less than 90 days


def test_money_asleep_is_counted_and_keeps_a_customer_from_being_lost(
    days_of: Any, table: Any
) -> None:
    days = days_of({who: list(range(100, 600, 10)) for who in (1, 2)})
    kept = table({"customer_id": [1, 2], "aum": [5000.0, 20.0]})

    ladder = dormancy_ladder(days, as_of=AS_OF, basis=RETAIL, kept=kept)
    found = by_customer(ladder)

    assert (found[1]["dormancy_step"], found[1]["money_asleep"]) == ("deep", 5000.0)
    assert (found[2]["dormancy_step"], found[2]["money_asleep"]) == ("lost", 20.0)
    assert found[1]["spend_asleep"] == 370.0  # 37 purchases in the year up to the last
    rungs = {rung.step: rung for rung in count_rungs(ladder)}
    assert list(rungs) == list(LADDER)
    assert (rungs["deep"].customers, rungs["deep"].money_asleep) == (1, 5000.0)
    assert rungs["quiet"].customers == 0


def test_customers_without_a_rhythm_take_the_usual_one(days_of: Any) -> None:
    days = days_of({1: [100], 2: list(range(1, 400, 20))})

    found = by_customer(dormancy_ladder(days, as_of=AS_OF, basis=RETAIL))

    assert (found[1]["rhythm"], found[1]["rhythm_known"]) == (20.0, False)
    assert found[1]["dormancy_step"] == "lost"


def test_interest_fees_and_what_systems_book_are_no_sign_of_life(table: Any) -> None:
    kinds = ["inflow", "interest", "fee", "inflow", "payroll"]
    sold = table(
        {
            "customer_id": [1] * 5,
            "local_date": [AS_OF - timedelta(days=300 - 50 * k) for k in range(5)],
            "amount": [1.0] * 5,
            "kind": kinds,
            "channel": ["mobile", "system", "system", "system", None],
        }
    )

    days = initiated_days(engine.Ledger(sold), as_of=AS_OF, basis=BANK)

    assert days.to_pyarrow()["day"].to_pylist() == [TODAY - 300]


@settings(max_examples=8, deadline=None)
@given(
    ago=st.lists(st.integers(0, 600), min_size=3, max_size=15, unique=True),
    shift=st.integers(0, 60),
)
def test_the_steps_of_an_earlier_run_are_those_a_later_one_dates(
    ago: list[int], shift: int
) -> None:
    """Computed, not stored: a run on the day of a step finds it, the day before it does not."""
    connection = engine.connect(threads=1)
    days = connection.create_table(
        ibis.util.gen_name("days"),
        pa.table(
            {
                "customer_id": [1] * len(ago),
                "day": [TODAY - each for each in ago],
                "sales": [1.0] * len(ago),
            }
        ),
    )
    basis = Basis(new_days=0)
    later = AS_OF + timedelta(days=shift)
    row = by_customer(dormancy_ladder(days, as_of=later, basis=basis))[1]

    if row["dormancy_step"] is None:
        return
    entered = row["step_since"]
    assert entered == row[f"{row['dormancy_step']}_on"] <= later
    then = by_customer(dormancy_ladder(days, as_of=entered, basis=basis))[1]
    assert then["dormancy_step"] == row["dormancy_step"]
    before = by_customer(dormancy_ladder(days, as_of=entered - timedelta(days=1), basis=basis))[
        1
    ]
    assert before["dormancy_step"] != row["dormancy_step"]


def test_the_ladder_agrees_with_the_stage_of_the_valuation(make_ledger: Any) -> None:
    rows = [
        (who, AS_OF - timedelta(days=silent + 9 * k), 5.0)
        for who, silent in enumerate(range(0, 60, 2))
        for k in range(30)
    ]
    ledger = make_ledger(rows)
    result = engine.valuate(ledger, as_of=AS_OF)
    stages = by_customer(result.customers.select("customer_id", "stage"))
    days = initiated_days(ledger, as_of=AS_OF, basis=RETAIL)

    found = by_customer(dormancy_ladder(days, as_of=AS_OF, basis=RETAIL))

    same = {"slipping": "at_risk", "dormant": "dormant", "deep": "dormant", "lost": "lost"}
    for who, row in found.items():
        stage = stages[who]["stage"]
        assert same.get(row["dormancy_step"], "awake") == (
            stage if stage in same.values() else "awake"
        )
    assert {row["dormancy_step"] for row in found.values()} >= set(ASLEEP)


def test_a_ladder_must_rise(days_of: Any) -> None:
    with pytest.raises(BadInput, match="rising"):
        dormancy_ladder(
            days_of({1: [1]}), as_of=AS_OF, basis=RETAIL, ladder={"deep": 3.0, "quiet": 1.0}
        )


def test_waking_counts_from_those_asleep_at_the_start(days_of: Any) -> None:
    past = list(range(400, 800, 10))
    days = days_of(
        {
            1: [200, 150, *past],  # woke, came again
            2: [200, *past],  # woke, never again
            3: [20, *past],  # woke, too early to say
            4: past,  # sleeps on
            5: list(range(0, 800, 10)),  # never slept
        }
    )
    start, stop = AS_OF - timedelta(days=300), AS_OF

    table = reactivations(days, start=start, stop=stop, as_of=AS_OF, basis=RETAIL)
    found = by_customer(table)

    assert set(found) == {1, 2, 3, 4}
    assert found[1]["woke_on"] == AS_OF - timedelta(days=200)
    assert [found[who]["sustained"] for who in (1, 2, 3, 4)] == [True, False, None, None]
    figures = {figure.code: figure for figure in reactivation_figures(table)}
    assert (figures["reactivated"].numerator, figures["reactivated"].denominator) == (3, 4)
    assert (figures["sustained"].numerator, figures["sustained"].denominator) == (1, 2)


@pytest.fixture
def bank(table: Any) -> engine.Ledger:
    """Customer 1 silent for 400 days with 8; 2 the same with a fund; 3 has 90 left;
    4 was topped down to 5 last week; 5 pays every month."""
    begun = [(who, 400) for who in (1, 2, 3, 4)] + [(5, ago) for ago in range(5, 400, 30)]
    booked = [(who, 10) for who in (1, 2, 3, 4, 5)]
    sold = table(
        {
            "customer_id": [who for who, _ in begun + booked],
            "local_date": [AS_OF - timedelta(days=ago) for _, ago in begun + booked],
            "amount": [1.0] * (len(begun) + len(booked)),
            "kind": ["outflow"] * len(begun) + ["interest"] * len(booked),
        }
    )
    kept = table(
        {
            "customer_id": [1, 2, 3, 4, 4, 5],
            "account_id": ["a1", "a2", "a3", "a4", "a4", "a5"],
            "product_id": ["current"] * 6,
            "on": [AS_OF - timedelta(days=ago) for ago in (900, 900, 900, 900, 7, 900)],
            "balance": [8.0, 8.0, 90.0, 5000.0, 5.0, 3.0],
        }
    )
    held = table(
        {
            "customer_id": [1, 2],
            "holding_id": ["h1", "h2"],
            "product_id": ["current", "fund"],
            "opened_on": [date(2020, 1, 1)] * 2,
        }
    )
    return engine.Ledger(sold, balances=kept, holdings=held)


def inactive(ledger: engine.Ledger, rule: InactivityRule) -> dict[int, dict[str, Any]]:
    table = inactive_accounts(ledger, as_of=AS_OF, basis=BANK, rule=rule)
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


def test_each_preset_names_other_accounts(bank: engine.Ledger) -> None:
    named = {
        rule.code: {who for who, row in inactive(bank, rule).items() if row["inactive"]}
        for rule in (HALF_YEAR, YEAR_UNLINKED, THREE_YEARS)
    }

    assert named == {
        "half_year": {1, 2, 3, 4},
        "year_unlinked": {1, 4},
        "three_years": set(),
    }


def test_the_day_of_inactivity_waits_for_silence_and_for_the_balance(
    bank: engine.Ledger,
) -> None:
    found = inactive(bank, YEAR_UNLINKED)

    assert found[1]["inactive_since"] == AS_OF - timedelta(days=35)
    assert found[4]["inactive_since"] == AS_OF - timedelta(days=7)
    assert found[5]["inactive_since"] is None
    assert (found[1]["silent_days"], found[1]["seen_by"]) == (400, "customer")


def test_an_account_without_any_transaction_is_silent_since_it_was_opened(
    table: Any,
) -> None:
    sold = table(
        {"customer_id": [9], "local_date": [AS_OF], "amount": [1.0], "kind": ["inflow"]}
    )
    kept = table({"customer_id": [1], "on": [date(2025, 1, 1)], "balance": [0.0]})

    row = inactive(engine.Ledger(sold, balances=kept), HALF_YEAR)[1]

    assert row["inactive"]
    assert row["last_initiated_on"] is None
    assert row["inactive_since"] == date(2025, 7, 1)


def test_named_accounts_are_judged_by_their_own_transactions(table: Any) -> None:
    sold = table(
        {
            "customer_id": [1, 1],
            "account_id": ["a", "b"],
            "local_date": [AS_OF - timedelta(days=500), AS_OF],
            "amount": [1.0] * 2,
            "kind": ["outflow"] * 2,
        }
    )
    kept = table(
        {
            "customer_id": [1, 1],
            "account_id": ["a", "b"],
            "on": [date(2020, 1, 1)] * 2,
            "balance": [1.0] * 2,
        }
    )
    found = inactive_accounts(engine.Ledger(sold, balances=kept), as_of=AS_OF, basis=BANK)

    rows = {row["account_id"]: row for row in found.to_pyarrow().to_pylist()}

    assert (rows["a"]["inactive"], rows["b"]["inactive"]) == (True, False)
    assert rows["a"]["seen_by"] == "account"


def test_a_rule_counts_months_or_days() -> None:
    with pytest.raises(BadInput, match="one of the two"):
        InactivityRule(code="both", months=6, days=180, balance=1.0)
