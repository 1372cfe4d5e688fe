"""What is ahead of each customer, computed as columns of a query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from regulars import engine
from regulars.engine.backends import Workbench
from regulars.engine.basis import RETAIL
from regulars.engine.measures.histories import histories
from regulars.engine.models import BG_NBD, MBG_NBD, DropoutModel, cnbd
from regulars.engine.models.horizon import customer_outlook
from regulars.engine.value.ahead import look_ahead
from regulars.engine.value.forecast import forecaster, histories_of

START = date(2024, 1, 1)
AS_OF = START + timedelta(days=719)
HORIZONS = {"3": 3.0, "12": 12.0}


def visits(steps: int, *, customers: int = 400, seed: int = 7) -> list[tuple[int, date, float]]:
    """Customers whose gaps are Erlang of so many steps, who may stop after each visit."""
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        mean, stops = 20 + random.gamma(2.0, 10.0), random.beta(0.8, 9.0)
        day = float(random.integers(0, 200))
        while day < 720:
            rows.append((customer, START + timedelta(days=int(day)), 10 + random.gamma(3, 10)))
            if random.random() < stops:
                break
            day += max(1.0, random.gamma(steps, mean / steps))
    return rows


@pytest.fixture(scope="module")
def regular(connection: engine.Connection) -> engine.Ledger:
    who, when, amount = zip(*visits(4), strict=True)
    columns = {"customer_id": who, "local_date": when, "amount": amount}
    name = ibis.util.gen_name("even_gaps")
    return engine.Ledger(connection.create_table(name, pa.table(columns), temp=True))


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD, cnbd(2), cnbd(4)], ids=lambda m: m.name)
def test_a_query_says_what_the_model_says_of_each_customer(
    model: DropoutModel, regular: engine.Ledger
) -> None:
    bench = Workbench(regular.transactions.get_backend())
    summary = bench.keep(histories(regular, bench, as_of=AS_OF, basis=RETAIL))
    fitted = model.fit(histories_of(summary))
    ahead, _ = forecaster(summary, model=model, fitted=fitted, discount_rate=0.1)

    table = look_ahead(summary, ahead, bench, months=HORIZONS)

    said = columns(table)
    known = columns(summary.select("customer_id", *HISTORY))
    x, last, age = (known[name] for name in HISTORY)
    alive = model.p_alive(fitted, x, last, age)
    np.testing.assert_allclose(said["p_alive"], alive, rtol=1e-9)
    for name, months in HORIZONS.items():
        given = customer_outlook(model, fitted, x, last, age, months=months, discount_rate=0.1)
        square = given.variance + given.expected**2
        variance = alive * square - (alive * given.expected) ** 2
        for column, wanted in {
            "expected": alive * given.expected,
            "if_alive": given.expected,
            "discounted": alive * given.discounted,
            "variance": variance,
        }.items():
            np.testing.assert_allclose(said[f"{column}_{name}"], wanted, rtol=1e-7)
        assert (said[f"count_low_{name}"] <= said[f"count_high_{name}"]).all()


HISTORY = ("repeat_count", "recency_age", "tenure_days")


def columns(table: Any) -> dict[str, Any]:
    rows = table.order_by("customer_id").to_pyarrow()
    return {name: rows[name].to_numpy() for name in rows.column_names}


@pytest.fixture(scope="module")
def valued(regular: engine.Ledger) -> engine.Valuation:
    return engine.valuate(regular, as_of=AS_OF)


def test_even_gaps_are_found_and_forecast_with(valued: engine.Valuation) -> None:
    result = valued
    assert result.choice is not None
    assert result.choice.model.name in {"mbg_cnbd_3", "mbg_cnbd_4"}
    assert set(result.models) == {result.choice.model.name, "bg_nbd", "gamma_gamma"}
    assert "saw the later months best" in result.choice.verdict
    assert result.to_dict()["choice"]["model"] == result.choice.model.name


def test_gaps_by_chance_stay_with_the_default(
    make_ledger: Callable[..., engine.Ledger],
) -> None:
    result = engine.valuate(make_ledger(visits(1)), as_of=AS_OF)

    assert result.choice is not None
    assert result.choice.model.name == "mbg_nbd"


def test_the_range_of_even_gaps_holds_what_came(valued: engine.Valuation) -> None:
    quality = valued.quality

    assert quality.coverage is not None
    assert 0.70 <= quality.coverage <= 0.92
    assert quality.purchases is not None
    assert abs(quality.purchases["model"].total_error or 0.0) < 0.1


def test_a_history_too_short_to_try_keeps_the_default(
    make_ledger: Callable[..., engine.Ledger],
) -> None:
    rows = [row for row in visits(4) if row[1] < START + timedelta(days=150)]

    result = engine.valuate(make_ledger(rows), as_of=START + timedelta(days=149))

    assert result.choice is None
    assert "mbg_nbd" in result.models
    assert result.quality.skipped is not None
