"""However often one looks, nothing is seen as something in at most 5 of 100 experiments."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from regulars.base.errors import BadInput
from regulars.engine.synthetic.experiment import experiment
from regulars.engine.uplift import (
    Moments,
    Watch,
    always_valid_p,
    difference_of_means,
    difference_of_rates,
    follow_to_end,
    reach_at,
    spending_reach,
)
from regulars.engine.uplift.sequential import weight_of

Floats = npt.NDArray[np.float64]
WEEKS = [week / 8 for week in range(1, 9)]


def _cohorts(experiments: int, looks: int, *, holdout: float) -> tuple[Floats, Floats]:
    """A/A tests on 1,500 customers whose spend is added up day by day.

    Returns z and gathered over planned variance, shape (experiments, looks).
    """
    rng = np.random.default_rng(3)
    z, share = np.empty((experiments, looks)), np.empty((experiments, looks))
    for place in range(experiments):
        rate = rng.gamma(0.8, 1.4, 1_500) / looks
        bought = rng.poisson(rate[:, None], (1_500, looks))
        ticket = np.exp(rng.normal(0, 0.5, 1_500))
        spend = np.cumsum(bought * ticket[:, None], axis=1)
        held = rng.random(1_500) < holdout
        one, two = spend[~held], spend[held]
        error2 = one.var(0, ddof=1) / len(one) + two.var(0, ddof=1) / len(two)
        z[place] = (one.mean(0) - two.mean(0)) / np.sqrt(error2)
        share[place] = error2 * weight_of(len(one), len(two))
    return z, share / share[:, -1].mean()


def _streams(experiments: int, looks: int) -> tuple[Floats, Floats]:
    """A/A tests in which customers enter day by day: independent steps."""
    rng = np.random.default_rng(4)
    steps = rng.normal(size=(experiments, looks)).cumsum(axis=1)
    days = np.arange(1, looks + 1)
    return steps / np.sqrt(days), np.broadcast_to(days / looks, steps.shape)


def test_looking_eight_times_at_plain_intervals_sees_something_in_15_of_100() -> None:
    z, _ = _cohorts(1_200, 8, holdout=0.5)

    assert np.mean(np.abs(z[:, -1]) > 1.96) == pytest.approx(0.05, abs=0.015)
    assert np.mean((np.abs(z) > 1.96).any(axis=1)) == pytest.approx(0.15, abs=0.03)


def test_looking_daily_at_valid_intervals_sees_something_in_less_than_5() -> None:
    z, share = _cohorts(400, 28, holdout=0.5)

    assert np.mean((np.abs(z) > reach_at(share)).any(axis=1)) <= 0.02
    assert np.mean((np.abs(z) > 1.96).any(axis=1)) > 0.2


@pytest.mark.parametrize("stretch", [1.0, 20.0])
def test_looks_that_never_end_see_something_in_less_than_5(stretch: float) -> None:
    z, share = _streams(20_000, 200)

    seen = (np.abs(z) > reach_at(share * stretch)).any(axis=1)

    assert 0.005 < seen.mean() <= 0.05


def test_spending_until_the_end_sees_something_in_5() -> None:
    z, share = _streams(40_000, 56)

    seen = (np.abs(z) > spending_reach(share[0].tolist(), share[0].tolist())).any(axis=1)

    assert seen.mean() == pytest.approx(0.05, abs=0.005)


def test_the_published_bounds_of_five_looks() -> None:
    # Lan-DeMets with the O'Brien-Fleming shape, two-sided 5 %, as printed by gsDesign.
    times = [0.2, 0.4, 0.6, 0.8, 1.0]

    found = spending_reach(times, times)

    assert found == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=1e-3)


def test_the_calendar_spends_whatever_the_variance_does() -> None:
    slow = spending_reach([1.0, 2.0, 30.0], [0.3, 0.6, 1.0])
    z = np.random.default_rng(5).normal(size=(40_000, 3)) * np.sqrt([1.0, 1.0, 28.0])
    z = z.cumsum(axis=1) / np.sqrt([1.0, 2.0, 30.0])

    assert np.mean((np.abs(z) > slow).any(axis=1)) == pytest.approx(0.05, abs=0.004)


def test_looks_without_news_or_after_the_end_spend_nothing() -> None:
    found = spending_reach([5, 5, 9, 12], [0.5, 0.7, 1.0, 1.3])

    assert np.isinf(found[[1, 3]]).all()
    assert found[2] == pytest.approx(spending_reach([5, 9], [0.5, 1.0])[1])


def test_times_that_do_not_rise_are_refused() -> None:
    with pytest.raises(BadInput, match="rising"):
        spending_reach([1.0, 2.0], [0.5, 0.4])


def test_interval_and_p_value_agree() -> None:
    z, share = np.linspace(0.1, 6, 60), np.geomspace(0.01, 100, 60)

    out = np.abs(z[:, None]) > reach_at(share)

    assert ((always_valid_p(z[:, None], share) < 0.05) == out).all()


def test_the_interval_is_tightest_at_the_planned_end() -> None:
    shares = np.geomspace(0.05, 20, 201)

    width = reach_at(shares) / np.sqrt(shares)  # in units of the planned standard error
    best = [
        float(np.sqrt((1 + 1 / tau) * (math.log1p(tau) - 2 * math.log(0.05))))
        for tau in np.geomspace(1, 100, 400)
    ]

    assert float(reach_at(np.array(1.0))) == pytest.approx(min(best), rel=1e-4)
    assert (np.diff(width) < 0).all()


def _looks(extra: float, seed: int) -> list[tuple[Moments, Moments]]:
    """Weekly looks at a synthetic experiment of 6,000 customers."""
    drawn = experiment(6_000, seed=seed, holdout=0.3, extra=extra)
    treated = np.array(drawn.customers["arm"].to_pylist()) == "treated"
    who = drawn.purchases["customer_id"].to_numpy() - 1
    day, amount = drawn.purchases["day"].to_numpy(), drawn.purchases["amount"].to_numpy()
    found = []
    for week in range(1, 9):
        now = day <= week * 7
        spend = np.bincount(who[now], amount[now], minlength=6_000)
        found.append((Moments.of({"y": spend[treated]}), Moments.of({"y": spend[~treated]})))
    return found


def test_a_strong_effect_is_decided_before_the_end_and_stays_decided() -> None:
    effects = [difference_of_means(*pair, "y") for pair in _looks(0.25, seed=1)]
    watch = Watch(treated=4_200, control=1_800, deviation=74.0)

    always, planned = watch.follow(effects), follow_to_end(effects, WEEKS)

    for looks in (always, planned):
        decided = [look.decided for look in looks]
        assert decided[-1] == "higher"
        assert None in decided
        assert decided == sorted(decided, key=lambda each: each is not None)
    p_values = [look.p_value for look in always]
    assert p_values == sorted(p_values, reverse=True)
    assert (planned[-1].high - planned[-1].low) < 0.75 * (always[-1].high - always[-1].low)


def test_nothing_is_decided_where_nothing_is() -> None:
    effects = [difference_of_means(*pair, "y") for pair in _looks(0.0, seed=2)]
    watch = Watch(treated=4_200, control=1_800, deviation=74.0)

    assert watch.follow(effects)[-1].decided is None
    assert follow_to_end(effects, WEEKS)[-1].decided is None


def test_the_first_look_waits_for_a_hundred_customers() -> None:
    watch = Watch(treated=900, control=100, deviation=0.2)

    with pytest.raises(BadInput, match="Look again later"):
        watch.at(difference_of_rates(treated=(30, 500), control=(2, 60)))


def test_a_look_at_nothing_has_an_infinite_interval() -> None:
    watch = Watch(treated=900, control=100, deviation=0.2)

    look = watch.at(difference_of_rates(treated=(0, 900), control=(0, 100)))

    assert (look.low, look.high, look.p_value) == (-math.inf, math.inf, 1.0)
