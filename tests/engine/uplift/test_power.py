"""Planned sizes are the golden ones, and simulation finds what was planned."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.base.errors import BadInput
from regulars.engine.uplift import plan_means, plan_rates, power_of


@pytest.mark.parametrize(
    ("holdout", "customers"), [(0.05, 79_225), (0.10, 42_202), (0.20, 24_175), (0.50, 16_311)]
)
def test_the_golden_sizes(holdout: float, customers: int) -> None:
    found = plan_rates(base=0.05, difference=0.01, holdout=holdout)

    assert found.customers == customers


def test_a_branch_list_of_two_thousand_shows_about_four_and_a_half_points() -> None:
    found = plan_rates(base=0.05, customers=2_000, holdout=0.10)

    assert found.difference == pytest.approx(0.045, abs=0.003)
    assert "4.7 points" in found.sentence


@pytest.mark.parametrize("holdout", [0.02, 0.1, 0.35, 0.5, 0.9])
def test_size_and_difference_are_two_sides_of_one_plan(holdout: float) -> None:
    size = plan_rates(base=0.08, difference=0.015, holdout=holdout).customers
    spend = plan_means(deviation=250, difference=12, holdout=holdout).customers

    back = plan_rates(base=0.08, customers=size, holdout=holdout)
    spend_back = plan_means(deviation=250, customers=spend, holdout=holdout)

    assert back.difference == pytest.approx(0.015, rel=1e-4)
    assert spend_back.difference == pytest.approx(12, rel=1e-4)


def test_what_was_planned_is_found_in_80_of_100_cases() -> None:
    rng = np.random.default_rng(1)
    plan = plan_rates(base=0.05, difference=0.02, holdout=0.2)
    n0 = round(plan.customers * 0.2)
    n1 = plan.customers - n0

    one, two = rng.binomial(n1, 0.07, 20_000) / n1, rng.binomial(n0, 0.05, 20_000) / n0
    error = np.sqrt(one * (1 - one) / n1 + two * (1 - two) / n0)

    assert np.mean(np.abs(one - two) > 1.96 * error) == pytest.approx(0.80, abs=0.03)


def test_covariates_save_customers_in_proportion() -> None:
    plain = plan_means(deviation=250, difference=12, holdout=0.1).customers
    helped = plan_means(deviation=250, difference=12, holdout=0.1, left=0.55).customers

    assert helped == pytest.approx(0.55 * plain, rel=1e-4)


def test_a_fall_can_be_planned_too() -> None:
    fall = plan_rates(base=0.05, difference=-0.01, holdout=0.5)

    assert fall.customers < plan_rates(base=0.05, difference=0.01, holdout=0.5).customers


def test_the_chance_to_see_nothing_as_something_is_the_level() -> None:
    assert power_of(0.0, 1.0) == pytest.approx(0.05)
    assert power_of(-2.8016, 1.0) == pytest.approx(0.80, abs=1e-4)


def test_a_list_that_can_show_nothing_says_so() -> None:
    with pytest.raises(BadInput, match="Hold out more, or pool"):
        plan_rates(base=0.5, customers=20, holdout=0.05)


@pytest.mark.parametrize("given", [{}, {"difference": 0.01, "customers": 100}])
def test_one_of_the_two_has_to_be_given(given: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="either"):
        plan_rates(base=0.05, holdout=0.1, **given)  # type: ignore[arg-type]
