"""The season of customers and segments."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from regulars import engine
from regulars.engine import RETAIL
from regulars.engine.ledger import day_number
from regulars.engine.measures.season import own_season, season_index

AS_OF = date(2025, 12, 31)
TODAY = day_number(AS_OF)


def seasons(connection: engine.Connection, histories: dict[int, list[date]]) -> dict[int, Any]:
    pairs = [(who, day_number(day)) for who, days in histories.items() for day in days]
    who, days = zip(*pairs, strict=True)
    table = connection.create_table(
        ibis.util.gen_name("season"),
        pa.table({"customer_id": who, "day": days}),
    )
    return {
        row["customer_id"]: row
        for row in own_season(table, as_of=AS_OF).to_pyarrow().to_pylist()
    }


def test_a_season_is_found_also_around_new_year(connection: engine.Connection) -> None:
    winter = [date(y, m, d) for y in (2023, 2024, 2025) for m in (1, 12) for d in (10, 15, 20)]
    moon = [date(y, 9, d) for y in (2023, 2024, 2025) for d in (1, 12, 22)]

    found = seasons(connection, {1: winter, 2: moon})

    assert found[1]["season_month"] in (12, 1)
    assert found[2]["season_month"] == 9
    assert found[2]["season_strength"] > 0.95


def test_one_burst_is_no_season(connection: engine.Connection) -> None:
    burst = [date(2023, 1, 1)] + [date(2025, 6, day) for day in range(1, 20)]

    row = seasons(connection, {1: burst})[1]

    assert row["season_p"] < 0.01
    assert row["season_month"] is None


def test_who_is_new_has_no_season_yet(connection: engine.Connection) -> None:
    row = seasons(connection, {1: [date(2025, 6, day) for day in range(1, 20)]})[1]

    assert (row["season_strength"], row["season_p"], row["season_month"]) == (None, None, None)


def test_customers_without_a_season_raise_few_alarms(connection: engine.Connection) -> None:
    rng = np.random.default_rng(2)
    who = np.repeat(np.arange(2000), 21)
    day = TODAY - rng.integers(0, 730, len(who))
    day[::21] = TODAY - 740
    table = pa.table({"customer_id": who, "day": day}).group_by(["customer_id", "day"])
    kept = connection.create_table(ibis.util.gen_name("flat"), table.aggregate([]))

    found = own_season(kept, as_of=AS_OF).to_pyarrow()

    p = found["season_p"].drop_null().to_numpy()
    assert len(p) > 1900
    assert (p < 0.01).mean() == pytest.approx(0.01, abs=0.008)
    assert len(found["season_month"].drop_null()) / len(p) < 0.012


def test_the_index_of_a_segment_compares_months(connection: engine.Connection) -> None:
    months = [(y, m) for y in (2024, 2025) for m in range(1, 13)]
    rows = [(1, date(y, m, 5), 70.0 if m == 11 else 10.0) for y, m in months]
    rows += [(2, date(y, m, 5), 10.0 * y) for y, m in months]
    who, on, amount = zip(*rows, strict=True)
    sold = connection.create_table(
        ibis.util.gen_name("monthly"),
        pa.table({"customer_id": who, "local_date": on, "amount": amount}),
    )
    named = connection.create_table(
        ibis.util.gen_name("named"),
        pa.table({"customer_id": [1, 2], "segment": ["peak", "flat"]}),
    )

    table = season_index(engine.Ledger(sold), as_of=AS_OF, basis=RETAIL, segments=named)

    found = {(row["segment"], row["month"]): row for row in table.to_pyarrow().to_pylist()}
    assert found["peak", 11]["index"] == pytest.approx(70 * 12 / 180, abs=1e-4)
    assert found["peak", 11]["years"] == 2
    assert {row["index"] for (name, _), row in found.items() if name == "flat"} == {1.0}
