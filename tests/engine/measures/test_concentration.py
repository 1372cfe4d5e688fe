"""ABC, Pareto and Gini."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.measures.abc import abc_class
from regulars.engine.measures.concentration import abc_cuts, gini, pareto

GOLDEN = [500, 300, 100, 40, 20, 15, 10, 8, 5, 2]
AMOUNTS = st.lists(st.integers(min_value=-50, max_value=10_000), min_size=1, max_size=60)


def classes(values: list[float]) -> list[str]:
    if not values:
        return []
    table = ibis.memtable({"place": range(len(values)), "value": [float(v) for v in values]})
    classed = table.mutate(abc=abc_class(table.value, abc_cuts(values))).order_by("place")
    return list(classed.to_pyarrow()["abc"].to_pylist())


def test_the_golden_base_has_its_top_fifth_and_gini() -> None:
    curve = pareto(GOLDEN)

    assert curve.top20_share == pytest.approx(0.800)
    assert curve.gini == pytest.approx(0.7102)


def test_the_customer_who_crosses_the_line_is_still_in_the_better_class() -> None:
    # Shares before each: 0, .5, .8, .9, .94, .96, ...
    assert classes(GOLDEN) == ["A", "A", "B", "B", "B", "C", "C", "C", "C", "C"]


def test_equal_customers_are_not_torn_apart() -> None:
    assert set(classes([7.0] * 10)) == {"A"}


def test_customers_without_value_are_c() -> None:
    assert classes([100, 0, -20]) == ["A", "C", "C"]


def test_a_base_without_value_is_all_c_and_even() -> None:
    assert classes([0, 0]) == ["C", "C"]
    assert pareto([0.0, 0.0]).gini == 0.0
    assert pareto([]).customers == 0


def test_the_curve_runs_from_nothing_to_everything_and_never_falls_for_positive_values() -> (
    None
):
    curve = pareto(range(1, 1001))

    assert curve.points[0] == (0.0, 0.0)
    assert curve.points[-1] == pytest.approx((1.0, 1.0))
    assert len(curve.points) == 101
    assert [y for _, y in curve.points] == sorted(y for _, y in curve.points)


def test_one_who_holds_all_makes_gini_near_one() -> None:
    assert gini([0] * 999 + [1]) == pytest.approx(0.999)
    assert gini([3, 3, 3]) == pytest.approx(0.0)


@settings(max_examples=40, deadline=None)
@given(AMOUNTS, st.randoms(use_true_random=False))
def test_abc_does_not_depend_on_the_order_of_customers(
    values: list[int], random: object
) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis' own Random

    shuffled = classes([values[k] for k in order])

    assert [shuffled[order.index(k)] for k in range(len(values))] == classes(list(values))


@settings(max_examples=40, deadline=None)
@given(AMOUNTS)
def test_abc_follows_its_definition_customer_by_customer(values: list[int]) -> None:
    positive = [max(v, 0) for v in values]
    total = sum(positive)

    for value, found in zip(positive, classes(list(values)), strict=True):
        before = sum(v for v in positive if v > value)  # of those strictly better
        if value == 0:
            assert found == "C"
        elif before * 100 < total * 80:
            assert found == "A"
        elif before * 100 < total * 95:
            assert found == "B"
        else:
            assert found == "C"
