"""The back-test and its measures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from regulars import engine
from regulars.engine.backends import Workbench
from regulars.engine.basis import RETAIL
from regulars.engine.evaluate.backtest import Quality, backtest, holdout_days, look_back
from regulars.engine.evaluate.metrics import errors, normalised_gini, share_caught
from regulars.engine.measures.histories import histories
from regulars.engine.models import BG_NBD, MBG_NBD, DropoutModel


def run(
    ledger: engine.Ledger, *, as_of: date, first: date, model: DropoutModel, holdout: int | None
) -> Quality:
    bench = Workbench(ledger.transactions.get_backend())
    now = bench.keep(histories(ledger, bench, as_of=as_of, basis=RETAIL))
    past = look_back(
        ledger, now, bench, first=first, as_of=as_of, basis=RETAIL, holdout=holdout
    )
    return backtest(past, bench, basis=RETAIL, model=model)


@pytest.fixture(scope="module")
def cdnow_quality(cdnow_ledger: engine.Ledger) -> dict[str, Quality]:
    end = date(1998, 6, 30)
    return {
        model.name: run(
            cdnow_ledger,
            as_of=end,
            first=date(1997, 1, 1),
            model=model,
            holdout=(end - date(1997, 9, 30)).days,
        )
        for model in (BG_NBD, MBG_NBD)
    }


def test_cdnow_comes_out_as_the_reference_holdout(cdnow_quality: dict[str, Quality]) -> None:
    for name, total, mae, rmse, gini in [
        ("bg_nbd", -0.121, 0.7855, 1.6080, 0.6624),
        ("mbg_nbd", -0.162, 0.7648, 1.6072, 0.6635),
    ]:
        found = cdnow_quality[name]
        assert found.cutoff == date(1997, 9, 30)
        assert found.customers == 2357
        assert found.purchases is not None
        model = found.purchases["model"]
        assert model.total_error == pytest.approx(total, abs=2e-3)
        assert model.mae == pytest.approx(mae, abs=5e-4)
        assert model.rmse == pytest.approx(rmse, abs=5e-4)
        assert model.gini == pytest.approx(gini, abs=5e-3)


def test_the_naive_rate_of_cdnow_is_worse_as_in_the_reference(
    cdnow_quality: dict[str, Quality],
) -> None:
    found = cdnow_quality["mbg_nbd"].purchases
    assert found is not None
    assert found["naive_rate"].total_error == pytest.approx(0.557, abs=2e-3)
    assert found["naive_rate"].mae == pytest.approx(1.0237, abs=5e-4)


def test_past_revenue_catches_what_the_reference_says(
    cdnow_quality: dict[str, Quality],
) -> None:
    found = cdnow_quality["bg_nbd"]
    assert found.top_fifth is not None
    assert found.top_fifth["past_revenue"] == pytest.approx(0.663, abs=3e-3)
    assert found.top_fifth["model"] == pytest.approx(0.663, abs=3e-3)
    assert found.hindsight == pytest.approx(0.943, abs=2e-3)


def test_the_80_percent_range_holds_about_80_percent(cdnow_quality: dict[str, Quality]) -> None:
    coverage = cdnow_quality["mbg_nbd"].coverage

    assert coverage is not None
    assert 0.75 <= coverage <= 0.95


@pytest.mark.parametrize(("span", "held"), [(182, 90), (365, 91), (730, 182), (5000, 365)])
def test_a_quarter_is_held_out_within_bounds(span: int, held: int) -> None:
    assert holdout_days(span) == held


def test_a_base_where_nothing_tells_customers_apart_says_no_signal(
    make_ledger: Callable[..., engine.Ledger],
) -> None:
    random = np.random.default_rng(0)
    start = date(2025, 1, 1)
    rows = [
        (customer, start + timedelta(days=int(day)), 10.0)
        for customer in range(400)
        for day in [0, *random.integers(1, 540, 40)]
    ]

    result = engine.valuate(make_ledger(rows), as_of=start + timedelta(days=539))

    assert result.quality.verdict.startswith("No signal")


def test_a_perfect_order_has_gini_one_and_its_reverse_minus_one() -> None:
    actual = np.array([0.0, 1.0, 2.0, 5.0])

    assert normalised_gini(actual * 3 + 1, actual) == pytest.approx(1.0)
    assert normalised_gini(-actual, actual) == pytest.approx(-1.0)
    assert normalised_gini(np.ones(4), actual) == pytest.approx(0.0)


def test_the_chosen_fifth_does_not_depend_on_the_order_of_ties() -> None:
    actual = np.arange(10.0)
    forecast = np.ones(10)

    assert share_caught(forecast, actual) == pytest.approx(0.2)
    assert share_caught(forecast, actual[::-1]) == pytest.approx(0.2)
    assert share_caught(actual, actual) == pytest.approx(17 / 45)


def test_errors_are_what_they_say() -> None:
    found = errors(np.array([1.0, 3.0]), np.array([2.0, 2.0]))

    assert (found.total_error, found.mae, found.rmse) == (0.0, 1.0, 1.0)
    assert errors(np.ones(2), np.zeros(2)).total_error is None
