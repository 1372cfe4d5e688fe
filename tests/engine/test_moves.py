"""The migration matrix."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine

STATES = st.dictionaries(st.integers(0, 12), st.sampled_from(["A", "B", "C"]), max_size=12)


def matrix(before: dict[int, str], after: dict[int, str]) -> engine.Migration:
    tables = [
        ibis.memtable(
            {"customer_id": list(each), "tier": list(each.values())},
            schema={"customer_id": "int64", "tier": "string"},
        )
        for each in (before, after)
    ]
    return engine.migration(*tables, states=["A", "B", "C"])


def test_who_rises_falls_comes_and_goes() -> None:
    found = matrix({1: "A", 2: "A", 3: "B", 4: "C"}, {1: "A", 2: "C", 3: "A", 5: "B"})

    assert found.counts["A"] == {"A": 1, "B": 0, "C": 1, "left": 0}
    assert found.counts["C"]["left"] == 1
    assert found.counts["new"]["B"] == 1
    assert (found.promoted, found.demoted) == (1, 1)
    assert (found.opening, found.closing) == (4, 4)


@settings(max_examples=30, deadline=None)
@given(STATES, STATES)
def test_rows_sum_to_one_and_the_stock_adds_up(
    before: dict[int, str], after: dict[int, str]
) -> None:
    found = matrix(before, after)

    for old, row in found.shares.items():
        expected = 1.0 if sum(found.counts[old].values()) else 0.0
        assert sum(row.values()) == pytest.approx(expected)
    new = sum(found.counts["new"].values())
    left = sum(found.counts[state]["left"] for state in found.states)
    assert found.opening == len(before)
    assert found.opening + new - left == found.closing == len(after)


def test_money_moved_is_reported_cell_by_cell() -> None:
    before = ibis.memtable({"customer_id": [1, 2], "tier": ["A", "B"], "aum": [100.0, 10.0]})
    after = ibis.memtable({"customer_id": [1, 3], "tier": ["B", "A"], "aum": [30.0, 500.0]})

    found = engine.migration(before, after, value="aum")

    assert found.value_moved is not None
    assert found.value_moved["A"]["B"] == -70.0
    assert found.value_moved["B"]["left"] == -10.0
    assert found.value_moved["new"]["A"] == 500.0


def test_every_public_name_survives_the_loading_of_every_module() -> None:
    """A module of the package's own name for a function would take the function's place."""
    import importlib
    import pkgutil

    from regulars import engine

    for module in pkgutil.iter_modules(engine.__path__, "regulars.engine."):
        importlib.import_module(module.name)

    modules = {
        name for name in engine.__all__ if type(getattr(engine, name)).__name__ == "module"
    }
    assert modules == {"models", "tiers", "uplift"}
