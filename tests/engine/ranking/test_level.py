"""Amounts: shapes of the methods, the sum of the model of purchases."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.engine.ranking.level import Shapes, fit_level


def test_the_sum_is_the_given_mean_and_the_best_shape_has_the_weight() -> None:
    random = np.random.default_rng(5)
    true = random.gamma(1.0, 50.0, 3_000)
    came = random.poisson(true / 3) * 1.0
    noise = random.gamma(0.3, 1.0, 3_000)
    money = {"boosting": true / 7, "past_revenue": noise}

    level = fit_level([Shapes(money, came)], money, mean=12.0)

    assert level.weights == {"boosting": 1.0, "past_revenue": 0.0}
    assert level.expected(money).mean() == pytest.approx(12.0)


def test_a_method_that_forecasts_nothing_is_left_out() -> None:
    money = {"boosting": np.zeros(4), "past_revenue": np.array([0.0, 1.0, 2.0, 5.0])}

    level = fit_level([], money, mean=3.0)

    assert level.expected(money).tolist() == [0.0, 1.5, 3.0, 7.5]


def test_where_nobody_ever_brought_anything_nothing_is_expected() -> None:
    money = {"expected_spend": np.zeros(3), "past_revenue": np.zeros(3)}

    assert fit_level([], money, mean=0.0).expected(money).tolist() == [0.0, 0.0, 0.0]
