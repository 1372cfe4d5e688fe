"""Sums in the database are the sums of arrays, and parts add up to the whole."""

from __future__ import annotations

import json

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.uplift import Moments, moments_by_arm, moments_by_group

Rows = list[tuple[float, float]]
VALUES = st.tuples(st.integers(-1000, 1000), st.integers(0, 50))


def _of(rows: list[tuple[int, int]]) -> Moments:
    one, two = zip(*rows, strict=True)
    return Moments.of({"spend": np.array(one) / 8, "orders": np.array(two)})


@settings(max_examples=50, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=40), st.lists(VALUES, min_size=2, max_size=40))
def test_moments_of_two_parts_add_up_to_those_of_the_whole(
    one: list[tuple[int, int]], two: list[tuple[int, int]]
) -> None:
    both, whole = _of(one) + _of(two), _of(one + two)

    assert both == whole
    table = np.array(one + two, dtype=float) / [8, 1]
    np.testing.assert_allclose(
        whole.covariances(["spend", "orders"]), np.cov(table.T), rtol=1e-8, atol=1e-8
    )


def test_the_database_sums_as_numpy_does_in_any_order(connection: engine.Connection) -> None:
    rng = np.random.default_rng(4)
    n = 5_000
    arm = np.array(["control", "treated"])[rng.integers(0, 2, n)]
    spend, bought = rng.gamma(0.3, 100, n), rng.random(n) < 0.3
    found = []
    for order in (np.arange(n), rng.permutation(n)):
        table = connection.create_table(
            ibis.util.gen_name("outcomes"),
            pa.table({"arm": arm[order], "spend": spend[order], "bought": bought[order]}),
            temp=True,
        )
        found.append(moments_by_arm(table, ["spend", "bought"]))

    own = Moments.of({"spend": spend[arm == "treated"], "bought": bought[arm == "treated"]})
    assert found[0] == found[1]
    assert list(found[0]) == ["control", "treated"]
    assert found[0]["treated"].n == own.n
    assert found[0]["treated"].sums == pytest.approx(own.sums, rel=1e-11)
    assert found[0]["treated"].variance("spend") == pytest.approx(own.variance("spend"))


def test_groups_are_kept_apart(connection: engine.Connection) -> None:
    table = connection.create_table(
        ibis.util.gen_name("outcomes"),
        pa.table(
            {
                "campaign": [1, 1, 2, 2, 2],
                "arm": ["a", "b", "a", "b", "b"],
                "spend": [1.0, 2.0, 3.0, 4.0, 6.0],
            }
        ),
        temp=True,
    )

    found = moments_by_group(table, ["spend"], group="campaign")

    assert found[2]["b"].mean("spend") == 5.0
    assert {key: list(arms) for key, arms in found.items()} == {1: ["a", "b"], 2: ["a", "b"]}


@pytest.mark.parametrize("hole", [None, float("nan")])
def test_a_missing_outcome_is_refused_because_everybody_assigned_counts(
    connection: engine.Connection, hole: float | None
) -> None:
    table = connection.create_table(
        ibis.util.gen_name("outcomes"),
        pa.table({"arm": ["a", "a", "b"], "spend": pa.array([1.0, hole, 2.0])}),
        temp=True,
    )

    with pytest.raises(BadInput, match=r"'spend'.*fill in 0"):
        moments_by_arm(table, ["spend"])


def test_an_unknown_column_is_named(connection: engine.Connection) -> None:
    table = connection.create_table(
        ibis.util.gen_name("outcomes"), pa.table({"arm": ["a"], "spend": [1.0]}), temp=True
    )

    with pytest.raises(BadInput, match="lacks revenue"):
        moments_by_arm(table, ["revenue"])


def test_moments_survive_json() -> None:
    moments = Moments.of({"spend": [1.5, 2.0, 7.25], "orders": [1, 1, 3]})

    assert Moments.from_dict(json.loads(json.dumps(moments.to_dict()))) == moments


def test_a_column_that_never_changes_has_no_variance_at_all() -> None:
    assert Moments.of({"year": [2026.1] * 1000}).variance("year") == 0.0
