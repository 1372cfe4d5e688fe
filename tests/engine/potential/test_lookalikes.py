"""Potential from look-alikes: groups, fallbacks, confidence, and cells of many features."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench
from regulars.engine.potential import (
    add_bands,
    assign_cells,
    find_potentials,
    find_prototypes,
    lookalike_report,
)


def by_customer(table: Any) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}


@pytest.fixture
def table(connection: engine.Connection) -> Any:
    def make(**columns: Any) -> Any:
        name = "alike_" + "_".join(columns)
        return connection.create_table(ibis.util.gen_name(name), pa.table(columns), temp=True)

    return make


def test_the_percentile_is_that_of_the_own_group(table: Any) -> None:
    rng = np.random.default_rng(1)
    town = np.array(["a", "b"])[np.arange(400) % 2]
    value = rng.gamma(2, 100, 400) * np.where(town == "b", 5, 1)
    customers = table(customer_id=np.arange(400), town=town, standing_value=value)

    found = by_customer(find_potentials(customers, by=[["town"]]))

    for name in "ab":
        mine = value[town == name]
        expected = np.quantile(mine, 0.8)
        for who in np.flatnonzero(town == name)[:50]:
            row = found[int(who)]
            assert row["lookalike_value"] == pytest.approx(expected, abs=1e-3)
            assert row["potential"] == pytest.approx(max(value[who], expected), abs=1e-3)
            assert row["lookalike_n"] == 200


def test_a_small_group_falls_back_to_the_wider_one(table: Any) -> None:
    customers = table(
        customer_id=np.arange(300),
        town=["tiny"] * 10 + ["big"] * 290,
        band=["old"] * 100 + ["new"] * 200,
        standing_value=np.arange(300.0),
    )

    found = by_customer(find_potentials(customers, by=[["town", "band"], ["band"]], least=60))

    assert (found[0]["lookalike_by"], found[0]["lookalike_level"]) == ("band", 1)
    assert (found[50]["lookalike_by"], found[50]["lookalike_n"]) == ("town, band", 90)
    alone = by_customer(find_potentials(customers, by=[["town"]], least=295))
    assert {row["lookalike_by"] for row in alone.values()} == {"everybody"}
    assert "high" not in {row["potential_confidence"] for row in alone.values()}


def test_confidence_grows_with_the_group(table: Any) -> None:
    rng = np.random.default_rng(2)
    size = 20_060
    customers = table(
        customer_id=np.arange(size),
        town=["few"] * 60 + ["many"] * (size - 60),
        standing_value=rng.lognormal(5, 1, size),
    )

    found = by_customer(find_potentials(customers, by=[["town"]]))

    assert found[0]["potential_confidence"] == "low"
    assert found[100]["potential_confidence"] == "high"
    assert found[0]["potential_error"] > 10 * found[100]["potential_error"]


def test_the_standard_error_is_the_one_seen_in_repeated_samples(table: Any) -> None:
    rng = np.random.default_rng(3)
    customers = table(customer_id=np.arange(400), standing_value=rng.lognormal(5, 1, 400))
    said = by_customer(find_potentials(customers, by=[()]))[0]["potential_error"]

    seen = np.std([np.quantile(rng.lognormal(5, 1, 400), 0.8) for _ in range(400)])

    assert said == pytest.approx(seen, rel=0.35)


@settings(max_examples=10, deadline=None)
@given(
    values=st.lists(st.floats(-50, 1e6), min_size=1, max_size=40),
    least=st.integers(2, 30),
)
def test_potential_is_never_below_value(values: list[float], least: int) -> None:
    connection = engine.connect(threads=1)
    columns = {
        "customer_id": list(range(len(values))),
        "town": [k % 3 for k in range(len(values))],
        "standing_value": pa.array(values, pa.float64()),
    }
    customers = connection.create_table(ibis.util.gen_name("some"), pa.table(columns))

    rows = by_customer(find_potentials(customers, by=[["town"]], least=least))

    assert len(rows) == len(values)
    for row in rows.values():
        assert row["potential"] >= row["value"] >= 0
        assert row["potential_gap"] == pytest.approx(row["potential"] - row["value"], abs=1e-3)


def test_bands_and_patterns_can_be_grouped_by(table: Any) -> None:
    customers = table(customer_id=[1, 2, 3], tenure_days=[10, 365 * 3, None])
    held = table(customer_id=[1, 1, 2], category=["b", "a", "a"])

    rows = by_customer(add_bands(customers, held=held))

    assert [rows[k]["tenure_band"] for k in (1, 2, 3)] == ["<1", "3-5", ""]
    assert [rows[k]["product_pattern"] for k in (1, 2, 3)] == ["a+b", "a", ""]


def test_groups_that_tell_nothing_are_called_so(table: Any) -> None:
    rng = np.random.default_rng(4)
    town = rng.choice(["a", "b", "c"], 3000)
    chance = rng.lognormal(5, 1, 3000)

    def report(value: Any) -> Any:
        customers = table(customer_id=np.arange(3000), town=town, standing_value=value)
        return lookalike_report(find_potentials(customers, by=[["town"]]))

    assert report(chance).verdict.startswith("No signal")
    telling = report(chance * (1 + 9 * (town == "a")))
    assert telling.explained > 0.2
    assert telling.by_level == {"town": 3000}


def test_columns_that_are_missing_or_sensitive_are_refused(table: Any) -> None:
    customers = table(customer_id=[1], religion=["x"], standing_value=[1.0])

    with pytest.raises(BadInput, match="town"):
        find_potentials(customers, by=[["town"]])
    with pytest.raises(BadInput, match="religion"):
        find_potentials(customers, by=[["religion"]])
    find_potentials(customers, by=[["religion"]], reasons={"religion": "halal finance"})


def test_prototypes_find_the_groups_that_are_there(
    table: Any, connection: engine.Connection
) -> None:
    rng = np.random.default_rng(5)
    kind = rng.integers(0, 3, 3000)
    customers = table(
        customer_id=np.arange(3000),
        age=np.array([25.0, 45.0, 70.0])[kind] + rng.normal(0, 2, 3000),
        town=np.array(["a", "b", "b"])[kind],
    )
    bench = Workbench(connection)
    prototypes = find_prototypes(customers, ["age", "town"], cells=3)

    cells = by_customer(assign_cells(customers, prototypes, bench))

    told = np.array([cells[k]["cell"] for k in range(3000)])
    for number in range(3):
        assert len(set(told[kind == number])) == 1
    assert len(set(told)) == 3
    bench.clear()


def test_cells_depend_neither_on_the_order_of_rows_nor_on_missing_values(
    table: Any, connection: engine.Connection
) -> None:
    rng = np.random.default_rng(6)
    order = rng.permutation(500)
    age = rng.normal(40, 10, 500)
    age[:20] = np.nan
    town = np.array(["a", "b", None], dtype=object)[np.arange(500) % 3]

    def cells(rows: Any) -> dict[int, int]:
        customers = table(
            customer_id=np.arange(500)[rows],
            age=pa.array(age[rows], from_pandas=True),
            town=pa.array(town[rows].tolist(), pa.string()),
        )
        bench = Workbench(connection)
        found = find_prototypes(customers, ["age", "town"], cells=5)
        answer = by_customer(assign_cells(customers, found, bench))
        bench.clear()
        return {who: row["cell"] for who, row in answer.items()}

    assert cells(np.arange(500)) == cells(order)


def test_cells_serve_as_groups(table: Any, connection: engine.Connection) -> None:
    rng = np.random.default_rng(7)
    age = np.r_[rng.normal(25, 2, 500), rng.normal(65, 2, 500)]
    value = np.r_[rng.gamma(2, 10, 500), rng.gamma(2, 100, 500)]
    customers = table(customer_id=np.arange(1000), age=age, standing_value=value)
    bench = Workbench(connection)
    cells = assign_cells(customers, find_prototypes(customers, ["age"], cells=2), bench)
    both = customers.join(cells, "customer_id")

    report = lookalike_report(find_potentials(both, by=[["cell"]]))

    assert report.explained is not None
    assert report.explained > 0.5
    bench.clear()
