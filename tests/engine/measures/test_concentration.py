"""ABC, Pareto and Gini."""

from __future__ import annotations

from math import ceil, fsum

import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.measures.abc import abc_class
from regulars.engine.measures.concentration import (
    HALVED_FROM,
    AbcCuts,
    abc_cuts,
    concentration,
    gini,
    pareto,
)

GOLDEN = [500, 300, 100, 40, 20, 15, 10, 8, 5, 2]
AMOUNTS = st.lists(st.integers(min_value=-50, max_value=10_000), min_size=1, max_size=60)
# Ties, refunds, nothing, cents, and what is far too small or too large for money.
SOME = st.sampled_from([0.0, -0.0, -3.5, 0.01, 0.1, 99.0, 99.0, 1e-9, 1e12, 1e60])
ANY_VALUES = st.lists(
    SOME
    | st.integers(-500, 500_000).map(lambda cents: cents / 100)
    | st.floats(min_value=-1e15, max_value=1e15, allow_subnormal=False),
    min_size=1,
    max_size=150,
)


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


def plain_classes(best_first: np.ndarray) -> AbcCuts:
    """Walk from the best customer down, by the definition."""
    paid = np.maximum(best_first, 0.0)
    if paid.sum() <= 0:
        return AbcCuts(float("inf"), float("inf"))
    share_before = (np.cumsum(paid) - paid) / paid.sum()
    lines = (0.80, 0.95)
    return AbcCuts(*(float(paid[share_before < line - 1e-12].min()) for line in lines))


def plain_gini(best_first: np.ndarray) -> float:
    rising = np.maximum(best_first, 0.0)[::-1].tolist()
    n, total = len(rising), fsum(rising)
    weighted = fsum((2 * rank - n - 1) * value for rank, value in enumerate(rising, start=1))
    return weighted / (n * total) if total > 0 else 0.0


def assert_as_by_plain_sorting(values: np.ndarray) -> None:
    best_first = np.sort(values)[::-1]
    n, total = len(values), best_first.sum()

    curve, found = concentration(values)

    assert found == plain_classes(best_first)
    assert (curve.customers, curve.total) == (n, total)
    if total > 0:
        at = np.unique(np.ceil(np.linspace(1, 100, 100) / 100 * n).astype(int))
        shares = np.cumsum(best_first) / total
        assert curve.points == ((0.0, 0.0), *((k / n, shares[k - 1]) for k in at))
        assert curve.top20_share == shares[ceil(0.2 * n) - 1]
        assert curve.gini == pytest.approx(plain_gini(best_first), rel=1e-12, abs=1e-13)


@settings(max_examples=150, deadline=None)
@given(ANY_VALUES)
def test_curve_and_classes_are_those_of_plain_sorting(values: list[float]) -> None:
    assert_as_by_plain_sorting(np.array(values))


@pytest.mark.parametrize("values", [[5.0], [0.0], [-1.0], [0.1] * 10, [1e-300, 1e60, 0.0]])
def test_the_narrowest_bases_are_those_of_plain_sorting(values: list[float]) -> None:
    assert_as_by_plain_sorting(np.array(values))


def test_a_base_large_enough_for_two_threads_is_that_of_plain_sorting() -> None:
    random = np.random.default_rng(20_261_122)
    values = np.round(random.lognormal(5.0, 1.5, HALVED_FROM + 1), 2)
    values[random.random(len(values)) < 0.02] *= -1.0
    values[random.random(len(values)) < 0.30] = 99.0

    assert_as_by_plain_sorting(values)
    assert concentration(values) == concentration(random.permutation(values))


def test_values_are_left_in_the_order_they_came_in() -> None:
    values = np.array([3.0, 1.0, 2.0] * (HALVED_FROM // 3 + 1))

    concentration(values)

    assert values[:6].tolist() == [3.0, 1.0, 2.0, 3.0, 1.0, 2.0]
