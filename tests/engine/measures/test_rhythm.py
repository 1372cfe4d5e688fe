"""Changes of rhythm: found where they are, hardly ever where they are not."""

from __future__ import annotations

from datetime import date
from math import log
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.ledger import day_number
from regulars.engine.measures.rhythm import ALLOWANCE, rhythm_change, rhythm_report

AS_OF = date(2025, 12, 31)
TODAY = day_number(AS_OF)


@pytest.fixture
def compare(connection: engine.Connection) -> Any:
    def measured(histories: dict[int, list[int]], **given: Any) -> dict[int, dict[str, Any]]:
        """Histories are days before AS_OF."""
        pairs = [(who, TODAY - ago) for who, days in histories.items() for ago in days]
        who, days = zip(*pairs, strict=True)
        table = connection.create_table(
            ibis.util.gen_name("rhythm_days"),
            pa.table({"customer_id": who, "day": days}),
        )
        found = rhythm_change(table, as_of=AS_OF, **given)
        return {row["customer_id"]: row for row in found.to_pyarrow().to_pylist()}

    return measured


def test_a_weekly_customer_who_stays_away_has_gone_silent(compare: Any) -> None:
    found = compare({1: list(range(95, 500, 7)), 2: list(range(0, 500, 7))})

    assert found[1]["rhythm_change"] == "silent"
    assert found[1]["rhythm_gap_now"] is None
    assert found[1]["rhythm_ratio"] == 0.0
    assert found[2]["rhythm_change"] is None


def test_direction_and_strength_are_said(compare: Any) -> None:
    weekly_then_monthly = [*range(5, 90, 28), *range(95, 600, 7)]
    weekly_then_daily = [*range(30), *range(35, 600, 7)]

    found = compare({1: weekly_then_monthly, 2: weekly_then_daily})

    assert (found[1]["rhythm_change"], found[2]["rhythm_change"]) == ("slower", "faster")
    assert found[1]["rhythm_ratio"] == pytest.approx(4 / (90 / 7), rel=0.03)
    assert found[2]["rhythm_gap_now"] == 1.0
    assert found[2]["rhythm_gap_before"] == pytest.approx(7.0, rel=0.03)


def test_a_short_past_is_not_enough(compare: Any) -> None:
    found = compare({1: [200, 210], 2: [5, 8], 3: list(range(60, 80, 2))})

    assert {row["rhythm_window"] for row in found.values()} == {None}
    assert {row["rhythm_p"] for row in found.values()} == {None}


def test_the_probability_is_that_of_the_likelihood_ratio(compare: Any) -> None:
    days = [3, 9, 30, 41, 60, 88, *range(95, 500, 10)]

    row = compare({1: days, 2: list(range(100, 900, 3))})[1]

    window, past = 90, 495 - 90
    seen, before = 6, len(days) - 6 - 1
    assert row["rhythm_window"] == window
    assert row["rhythm_expected"] == pytest.approx(before * window / past, abs=1e-3)
    share = window / (window + past)
    both = seen + before
    deviance = 2 * (
        seen * log(seen / (both * share)) + before * log(before / (both * (1 - share)))
    )
    z = (deviance * row["rhythm_regularity"] / ALLOWANCE) ** 0.5
    assert row["rhythm_p"] == pytest.approx(2 * stats.norm.sf(z), abs=1e-4)


def test_later_days_do_not_exist(compare: Any) -> None:
    past = list(range(0, 500, 7))

    assert compare({1: past}) == compare({1: [-3, -9, *past]})


@pytest.mark.parametrize("shape", [0.6, 1.0, 4.0])
def test_customers_who_do_not_change_raise_few_alarms(compare: Any, shape: float) -> None:
    rng = np.random.default_rng(7)
    histories = {}
    for who in range(1500):
        mean = max(2.0, 12 * rng.gamma(2, 0.5))
        gaps = rng.gamma(shape, mean / shape, int(1400 / mean) + 40)
        day = np.unique(np.r_[0.0, np.cumsum(gaps)].astype(int))
        histories[who] = [699 - int(each) for each in day if each < 700]

    found = compare(histories)

    tested = [row for row in found.values() if row["rhythm_window"] is not None]
    alarms = sum(row["rhythm_change"] is not None for row in tested)
    assert len(tested) > 1000
    assert alarms / len(tested) < 0.02


def test_the_report_sets_alarms_beside_chance(
    compare: Any, connection: engine.Connection
) -> None:
    steady = {who: list(range(who % 7, 500, 7)) for who in range(150)}
    table = connection.create_table(
        ibis.util.gen_name("report_days"),
        pa.table(
            {
                "customer_id": [who for who, days in steady.items() for _ in days],
                "day": [TODAY - ago for days in steady.values() for ago in days],
            }
        ),
    )

    report = rhythm_report(rhythm_change(table, as_of=AS_OF))

    assert (report.tested, report.slower + report.faster + report.silent) == (150, 0)
    assert report.verdict.startswith("No signal")


def test_windows_must_rise(compare: Any) -> None:
    with pytest.raises(BadInput, match="rising"):
        compare({1: [1, 2]}, windows=(90, 30))
