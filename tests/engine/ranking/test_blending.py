"""Orders, their blend, and the choice of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from regulars.engine.ranking.blending import METHODS, Trial, blend, choose, percentiles

VALUES = arrays.arrays(np.float64, st.integers(1, 60), elements=st.integers(-5, 5).map(float))


@given(VALUES)
def test_equals_share_a_place_and_the_order_is_kept(values: np.ndarray) -> None:
    found = percentiles(values)

    assert found.mean() == pytest.approx(0.5)
    assert ((found > 0) & (found < 1)).all()
    for one, other in pairwise(values):
        place, next_place = found[values == one][0], found[values == other][0]
        assert np.sign(one - other) == np.sign(place - next_place)


def test_a_blend_of_equals_is_equal_whatever_its_weights() -> None:
    orders = {name: np.array([0.1, 0.1, 0.7]) for name in METHODS}

    found = blend(orders, {"boosting": 0.1, "expected_spend": 0.2, "past_revenue": 0.7})

    assert found[0] == found[1] < found[2]


def test_without_trials_the_blend_is_even() -> None:
    assert choose([]) == {name: pytest.approx(1 / 3) for name in METHODS}


def trial(seed: int, **noise: float) -> Trial:
    """Orders that see the outcome through more or less noise."""
    random = np.random.default_rng(seed)
    came = random.gamma(0.4, 100.0, 2_000)
    orders = {
        name: percentiles(np.log(came) + noise[name] * random.normal(size=len(came)))
        for name in METHODS
    }
    return Trial(orders, came)


def test_the_method_that_caught_all_wins_alone() -> None:
    trials = [
        trial(seed, boosting=9.0, expected_spend=9.0, past_revenue=0.01) for seed in (1, 2)
    ]

    assert choose(trials) == {"boosting": 0.0, "expected_spend": 0.0, "past_revenue": 1.0}


def test_equally_good_methods_are_blended_evenly() -> None:
    trials = [trial(seed, **dict.fromkeys(METHODS, 2.0)) for seed in range(3)]

    assert min(choose(trials).values()) >= 0.25


def test_what_nobody_brought_chooses_nothing() -> None:
    orders = {name: percentiles(np.arange(50.0)) for name in METHODS}

    assert choose([Trial(orders, np.zeros(50))]) == choose([])
