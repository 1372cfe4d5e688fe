"""Key figures, cohorts, lifecycle and the reads of one customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars import engine
from regulars.engine import Basis
from regulars.engine.measures.lifecycle import stage

MakeLedger = Callable[..., engine.Ledger]
H1, H2, END = date(2025, 1, 1), date(2025, 7, 1), date(2025, 12, 29)
GOLDEN = [(1, 100.0, 130.0), (2, 100.0, 60.0), (3, 100.0, 0.0), (4, 100.0, 100.0)]


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> engine.Ledger:
    rows = [(c, H1 + timedelta(days=9), amount) for c, amount, _ in GOLDEN]
    rows += [(c, H2 + timedelta(days=9), amount) for c, _, amount in GOLDEN if amount]
    rows += [(1, H2 + timedelta(days=30), 0.0), (5, H2 + timedelta(days=30), 70.0)]
    return make_ledger(rows)


def figures(ledger: engine.Ledger) -> dict[str, engine.Kpi]:
    return {kpi.code: kpi for kpi in engine.kpis(ledger, H2, END)}


def test_retention_is_counted_customer_by_customer(ledger: engine.Ledger) -> None:
    found = figures(ledger)

    assert found["grr"].value == pytest.approx(0.65)
    assert found["nrr"].value == pytest.approx(0.725)
    assert found["retention"].value == pytest.approx(0.75)
    assert found["churn"].value == pytest.approx(0.25)
    assert found["spend_growth"].value == pytest.approx(-0.275)


def test_growth_counts_newcomers_and_repeat_counts_days(ledger: engine.Ledger) -> None:
    found = figures(ledger)

    assert found["growth"].value == pytest.approx(0.0)  # four before, four now
    assert (found["repeat_rate"].numerator, found["repeat_rate"].denominator) == (1, 4)


def test_every_figure_opens_its_customers(ledger: engine.Ledger) -> None:
    table = engine.kpi_customers(ledger, H2, END)

    for kpi in engine.kpis(ledger, H2, END):
        behind = table.filter(table[kpi.denominator_where]).count().to_pyarrow().as_py()
        assert behind == kpi.n
        if kpi.code in ("retention", "churn", "growth", "repeat_rate"):
            top = table.filter(table[kpi.numerator_where]).count().to_pyarrow().as_py()
            assert top == kpi.numerator


def test_a_figure_without_a_denominator_is_unknown(make_ledger: MakeLedger) -> None:
    found = figures(make_ledger([(1, H2 + timedelta(days=3), 5.0)]))

    assert found["retention"].value is None
    assert found["repeat_rate"].value == 0.0


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=1))
def test_gross_retention_never_exceeds_all(pairs: list[tuple[int, int]]) -> None:
    start, end = zip(*pairs, strict=True)

    gross, net = engine.gross_retention(start, end), engine.net_retention(start, end)

    assert gross is None or 0 <= gross <= 1
    assert gross is None or net is None or gross <= net + 1e-12


def test_cohorts_follow_customers_from_their_first_quarter(make_ledger: MakeLedger) -> None:
    ledger = make_ledger(
        [
            (1, date(2025, 1, 5), 1.0),
            (1, date(2025, 8, 5), 1.0),
            (2, date(2025, 3, 5), 1.0),
            (3, date(2025, 4, 5), 1.0),
            (3, date(2025, 5, 5), 1.0),
        ]
    )

    found = engine.cohorts(ledger, date(2025, 9, 30))

    assert [(cohort.start, cohort.active) for cohort in found] == [
        (date(2025, 1, 1), (2, 0, 1)),
        (date(2025, 4, 1), (1, 0)),
    ]
    assert found[0].shares == (1.0, 0.0, 0.5)


def test_the_days_of_one_customer(make_ledger: MakeLedger) -> None:
    ledger = make_ledger(
        [
            (1, date(2025, 1, 5), 10.0, "purchase"),
            (1, date(2025, 1, 5), 5.0, "purchase"),
            (1, date(2025, 1, 9), -5.0, "refund"),
            (1, date(2025, 2, 1), 99.0, "purchase"),
            (2, date(2025, 1, 5), 77.0, "purchase"),
        ]
    )

    found = engine.customer_days(ledger, 1, date(2025, 1, 1), date(2025, 2, 1))

    assert [(day.on.day, day.amount, day.refunds, day.rows) for day in found] == [
        (5, 15.0, 0.0, 2),
        (9, 0.0, -5.0, 0),
    ]


SILENCES = [
    ({"days_since_last": 10}, "active"),
    ({"days_since_last": 10, "purchase_count": 5}, "loyal"),
    ({"days_since_last": 30}, "active"),
    ({"days_since_last": 31}, "at_risk"),
    ({"days_since_last": 41}, "dormant"),
    ({"days_since_last": 61}, "lost"),
    ({"days_since_last": 61, "tenure_days": 89}, "new"),
    ({"days_since_last": 10, "comeback_gap": 91}, "reactivated"),
    ({"days_since_last": 10, "comeback_gap": 89}, "active"),
    ({"days_since_last": 10, "median_gap": 1.0}, "active"),  # the floor of seven days
    ({"days_since_last": 22, "median_gap": 1.0}, "lost"),
    ({"days_since_last": 100, "median_gap": None}, "lost"),  # the usual gap is 30
    ({"days_since_last": 40, "median_gap": None}, "active"),
]


@pytest.mark.parametrize(("changes", "expected"), SILENCES)
def test_the_stage_follows_the_own_rhythm(changes: dict[str, object], expected: str) -> None:
    usual = {
        "days_since_last": 0,
        "tenure_days": 500,
        "median_gap": 20.0,
        "comeback_gap": None,
        "purchase_count": 4,
    }
    row = {name: [value] for name, value in (usual | changes).items()}
    kinds = dict.fromkeys(row, "int64") | {"median_gap": "float64"}
    table = ibis.memtable(row, schema=kinds)

    found = table.select(stage=stage(table, usual=30.0, basis=Basis()))

    assert found.to_pyarrow()["stage"].to_pylist() == [expected]
