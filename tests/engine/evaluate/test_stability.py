from __future__ import annotations

from math import log

import ibis
import numpy as np
import pytest

from regulars.engine.evaluate.stability import drift, stability_index


def _table(values: list[object]) -> object:
    return ibis.memtable({"value": values})


def test_the_same_base_has_not_moved() -> None:
    table = _table([float(n % 37) for n in range(1_000)])

    (found,) = drift(table, table, ["value"])

    assert found.index == 0.0
    assert found.verdict == "stable"


def test_the_index_is_the_sum_over_classes_by_hand() -> None:
    then, now = [0.2, 0.3, 0.5], [0.25, 0.25, 0.5]
    by_hand = 0.05 * log(0.25 / 0.2) + -0.05 * log(0.25 / 0.3)

    assert stability_index(then, now) == pytest.approx(by_hand)


def test_two_samples_of_one_population_are_stable_and_a_shifted_one_is_not() -> None:
    random = np.random.default_rng(7)
    first, second = random.normal(0, 1, 5_000), random.normal(0, 1, 5_000)

    (same,) = drift(_table(list(first)), _table(list(second)), ["value"])
    (moved,) = drift(_table(list(first)), _table(list(second + 1.0)), ["value"])

    assert same.verdict == "stable"
    assert moved.verdict == "changed"
    assert moved.now - moved.before == pytest.approx(1.0, abs=0.06)


def test_shares_of_every_column_sum_to_one_nulls_counted() -> None:
    then = _table([None if n % 5 == 0 else float(n) for n in range(1_000)])
    now = _table([None if n % 2 == 0 else float(n) for n in range(1_000)])

    (found,) = drift(then, now, ["value"])

    assert sum(share for _, share, _ in found.classes) == pytest.approx(1.0)
    assert sum(share for _, _, share in found.classes) == pytest.approx(1.0)
    assert found.classes[-1] == (None, 0.2, 0.5)
    assert found.verdict == "changed"


def test_words_are_compared_value_by_value() -> None:
    then = _table(["active"] * 600 + ["lost"] * 400)
    now = _table(["active"] * 200 + ["lost"] * 700 + ["new"] * 100)

    (found,) = drift(then, now, ["value"])

    assert {name: (a, b) for name, a, b in found.classes} == {
        "active": (0.6, 0.2),
        "lost": (0.4, 0.7),
        "…": (0.0, 0.1),
    }
    assert found.verdict == "changed"


def test_a_handful_of_customers_gets_no_verdict() -> None:
    (found,) = drift(_table([1.0, 2.0]), _table([3.0, 4.0]), ["value"])

    assert found.index is None
    assert found.verdict == "not_enough"


def test_the_most_changed_column_comes_first_and_unknown_ones_are_left_out() -> None:
    then = ibis.memtable({"a": list(range(500)), "b": list(range(500))})
    now = ibis.memtable({"a": list(range(500)), "b": [n + 400 for n in range(500)]})

    found = drift(then, now, ["a", "b", "unheard_of"])

    assert [each.column for each in found] == ["b", "a"]
