"""What leaving means, on histories small enough to be read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars import engine
from regulars.engine.backends import Workbench
from regulars.engine.churn import BadQuestion, Question, predict_churn
from regulars.engine.churn.columns import known_of
from regulars.engine.churn.outcomes import at_risk, contracts_known, with_outcome
from regulars.engine.churn.past import ledger_until, sampled

ON = date(2025, 6, 30)
Rows = list[tuple[Any, ...]]


def _answers(
    ledger: engine.Ledger, question: Question, basis: engine.Basis = engine.RETAIL
) -> dict[int, int]:
    known = known_of(ledger, question, on=ON, basis=basis)
    asked = at_risk(known, question, basis)
    table = with_outcome(ledger, asked, question, on=ON, basis=basis).to_pyarrow()
    return dict(
        zip(table["customer_id"].to_pylist(), table["happened"].to_pylist(), strict=True)
    )


def _monthly(customer: int, months: range) -> Rows:
    return [(customer, date(2025, month, 1), 10.0) for month in months]


def test_who_does_nothing_within_the_horizon_is_silent(make_ledger: Any) -> None:
    rows = _monthly(1, range(1, 7)) + _monthly(2, range(1, 7)) + _monthly(3, range(1, 7))
    # One comes on the last day of the horizon, one on the day after, one never.
    rows += [(1, date(2025, 7, 30), 5.0), (2, date(2025, 7, 31), 5.0)]

    found = _answers(make_ledger(rows), Question("silence", 30))

    assert found == {1: 0, 2: 1, 3: 1}


def test_a_refund_is_no_activity(make_ledger: Any) -> None:
    rows = [*_monthly(1, range(1, 7)), (1, date(2025, 7, 10), -5.0)]

    assert _answers(make_ledger(rows), Question("silence", 30)) == {1: 1}


def test_who_is_already_lost_is_not_asked_about(make_ledger: Any) -> None:
    # A monthly customer silent for five months is lost; a yearly one is not.
    gone = [(1, date(2024, month, 1), 10.0) for month in range(8, 13)] + _monthly(
        1, range(1, 2)
    )
    yearly = [(2, date(year, 3, 1), 10.0) for year in range(2021, 2026)]
    ledger = make_ledger([*gone, *yearly, *_monthly(3, range(1, 7))])

    assert set(_answers(ledger, Question("silence", 30))) == {2, 3}
    assert set(_answers(ledger, Question("silence", 30, among="everybody"))) == {1, 2, 3}


@pytest.fixture
def saved(make_ledger: Any, make_balances: Any) -> engine.Ledger:
    rows = [
        *[(each, "a", date(2025, 1, 1), 10_000.0) for each in (1, 2, 3, 4)],
        (1, "a", date(2025, 7, 10), 4_999.0),
        (2, "a", date(2025, 7, 10), 5_001.0),
        (3, "a", date(2025, 7, 10), 0.0),
        # Down and back within the horizon.
        (4, "a", date(2025, 7, 5), 0.0),
        (4, "a", date(2025, 7, 20), 9_000.0),
        (5, "a", date(2025, 1, 1), 50.0),
    ]
    return make_ledger(
        [(each, date(2025, 1, 1), 1.0) for each in range(1, 6)], balances=make_balances(rows)
    )


def test_assets_churn_is_a_fall_by_half_at_the_end_of_the_horizon(saved: engine.Ledger) -> None:
    found = _answers(saved, Question("assets", 30), engine.BANK)

    assert found == {1: 1, 2: 0, 3: 1, 4: 0}  # 5 has nothing to lose


def test_the_fall_is_a_setting(saved: engine.Ledger) -> None:
    found = _answers(saved, Question("assets", 30, fall=0.9), engine.BANK)

    assert found == {1: 0, 2: 0, 3: 1, 4: 0}


def test_closed_is_another_outcome_than_a_fall(saved: engine.Ledger) -> None:
    found = _answers(saved, Question("closed", 30), engine.BANK)

    assert found == {1: 0, 2: 0, 3: 1, 4: 0}


@pytest.fixture
def insured(make_ledger: Any, make_table: Any) -> engine.Ledger:
    year = date(2024, 7, 15), date(2025, 7, 15)
    rows = [
        (1, "lapsed", *year, None),
        (2, "renewed late", *year, None),
        (2, "renewal", date(2025, 8, 20), date(2026, 8, 20), None),
        (3, "renewed too late", *year, None),
        (3, "renewal 3", date(2025, 9, 20), date(2026, 9, 20), None),
        (4, "one of two ends", *year, None),
        (4, "other", date(2024, 12, 1), date(2025, 12, 1), None),
        (5, "cancelled early", date(2025, 1, 1), date(2026, 1, 1), date(2025, 7, 1)),
        (6, "runs on", date(2025, 1, 1), date(2026, 1, 1), None),
        (7, "ended before", date(2024, 1, 1), date(2025, 1, 1), None),
    ]
    names = ("customer_id", "holding_id", "opened_on", "matures_on", "closed_on")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    paid = [(each, date(2025, 1, 1), 1.0) for each in range(1, 8)]
    held = make_table(columns | {"product_id": ["car"] * len(rows)})
    return make_ledger(paid, holdings=held)


def test_a_contract_is_lost_when_none_follows_within_the_grace(insured: engine.Ledger) -> None:
    found = _answers(insured, Question("contract", 31, grace_days=60))

    assert found == {1: 1, 2: 0, 3: 1, 4: 0, 5: 1, 6: 0}


def test_only_products_that_are_contracts_count(insured: engine.Ledger) -> None:
    assert _answers(insured, Question("contract", 31, contracts=("house",))) == {}


def test_a_cancellation_is_not_known_before_it_comes(insured: engine.Ledger) -> None:
    table = contracts_known(insured, Question("contract", 31), on=ON).to_pyarrow().to_pylist()

    known = {row["customer_id"]: row for row in table}
    assert known[5]["contracts_open"] == 1
    assert known[5]["days_to_end"] == (date(2026, 1, 1) - ON).days
    assert known[7]["contracts_open"] == 0
    assert known[7]["days_to_end"] is None


def test_a_ledger_until_a_date_knows_nothing_later(insured: engine.Ledger) -> None:
    past = ledger_until(insured, ON)

    assert past.holdings is not None
    held = past.holdings.to_pyarrow()
    assert max(held["opened_on"].to_pylist()) <= ON
    assert held["closed_on"].null_count == held.num_rows


def test_a_sample_keeps_whole_customers(make_ledger: Any) -> None:
    ledger = make_ledger([row for each in range(400) for row in _monthly(each, range(1, 4))])
    bench = Workbench(ledger.transactions.get_backend())
    known = ledger.transactions.select("customer_id").distinct()

    small, share = sampled(ledger, known, bench, most=100)

    counts = small.transactions.customer_id.value_counts().to_pyarrow()
    assert 50 < counts.num_rows < 150
    assert share == pytest.approx(0.25, abs=0.001)
    assert set(counts.column(1).to_pylist()) == {3}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"horizon_days": 0}, "The horizon is 0 days; give 1 to 730"),
        ({"outcome": "boredom"}, "The outcome boredom is not known"),
        ({"fall": 1.5}, "A fall of 1.5"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    make_ledger: Any, wrong: dict[str, Any], said: str
) -> None:
    ledger = make_ledger(_monthly(1, range(1, 7)))

    with pytest.raises(BadQuestion, match=said):
        predict_churn(ledger, as_of=ON, basis=engine.RETAIL, **wrong)


@pytest.mark.parametrize("outcome", ["assets", "closed", "contract"])
def test_a_missing_table_is_named(make_ledger: Any, outcome: Any) -> None:
    ledger = make_ledger(_monthly(1, range(1, 7)))

    with pytest.raises(engine.LedgerError, match=f"The outcome {outcome} looks at"):
        predict_churn(ledger, as_of=ON, basis=engine.RETAIL, outcome=outcome)
