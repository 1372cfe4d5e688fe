"""Intervals are checked against golden values, against exact computation and against the
truth."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regulars.base.errors import BadInput
from regulars.engine.intervals import wilson
from regulars.engine.synthetic.experiment import experiment
from regulars.engine.uplift import (
    Moments,
    complier_effect,
    difference_of_means,
    difference_of_rates,
    difference_of_ratios,
)
from regulars.engine.uplift.effect import fieller
from regulars.engine.uplift.quantiles import critical, two_sided
from regulars.engine.uplift.rates import score_of_difference

from .conftest import Arms

Floats = npt.NDArray[np.float64]


# ---- rates ---------------------------------------------------------------------------


def test_the_golden_difference_of_rates() -> None:
    found = difference_of_rates(treated=(540, 9000), control=(45, 1000), method="wald")

    points = [100 * each for each in (found.difference, found.low, found.high)]
    assert points == pytest.approx([1.5, 0.12, 2.88], abs=0.006)
    assert found.incremental[0] == pytest.approx(135)


def test_score_and_newcombe_do_not_call_the_golden_difference_proved() -> None:
    score = difference_of_rates(treated=(540, 9000), control=(45, 1000))
    newcombe = difference_of_rates(treated=(540, 9000), control=(45, 1000), method="newcombe")

    assert score.low < 0 < score.high
    assert score.p_value == pytest.approx(0.0552, abs=1e-4)
    assert (newcombe.low, newcombe.high) == pytest.approx((score.low, score.high), abs=2e-4)


def test_published_intervals_of_newcombe_1998() -> None:
    # Table II of the paper, 56/70 against 48/80: methods 10, 6 and 1.
    newcombe = difference_of_rates(treated=(56, 70), control=(48, 80), method="newcombe")
    score = difference_of_rates(treated=(56, 70), control=(48, 80))
    wald = difference_of_rates(treated=(56, 70), control=(48, 80), method="wald")

    assert (newcombe.low, newcombe.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert (score.low, score.high) == pytest.approx((0.0528, 0.3382), abs=1e-4)
    assert (wald.low, wald.high) == pytest.approx((0.0575, 0.3425), abs=1e-4)


def _misses(one: int, two: int, rates: tuple[float, float], method: str) -> tuple[float, float]:
    """Chance that the interval lies above and below the truth, over all outcomes."""
    above = below = 0.0
    ks1 = np.arange(*stats.binom.interval(1 - 1e-7, one, rates[0]) + np.array([0, 1]))
    ks0 = np.arange(*stats.binom.interval(1 - 1e-7, two, rates[1]) + np.array([0, 1]))
    chance1, chance0 = (
        stats.binom.pmf(k, n, p) for k, n, p in ((ks1, one, rates[0]), (ks0, two, rates[1]))
    )
    z, truth = critical(0.95), rates[0] - rates[1]
    for k0, p0 in zip(ks0, chance0, strict=True):
        for k1, p1 in zip(ks1, chance1, strict=True):
            if method == "score":
                at = score_of_difference((int(k1), one), (int(k0), two), truth)
                above, below = above + p0 * p1 * (at > z), below + p0 * p1 * (at < -z)
            else:
                seen = difference_of_rates(
                    treated=(int(k1), one), control=(int(k0), two), method="wald"
                )
                above += p0 * p1 * (seen.low > truth)
                below += p0 * p1 * (seen.high < truth)
    return above, below


def test_score_keeps_its_promise_with_small_holdouts_where_wald_does_not() -> None:
    rates = (0.05, 0.05)

    score, wald = _misses(450, 50, rates, "score"), _misses(450, 50, rates, "wald")

    assert sum(score) == pytest.approx(0.05, abs=0.012)
    assert score[0] < 0.025 < 0.08 < wald[0]  # "worked" where nothing did


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_intervals_hold_the_estimate_and_mirror_each_other(data: st.DataObject) -> None:
    n1, n0 = (data.draw(st.integers(2, 400)) for _ in range(2))
    one, two = (data.draw(st.integers(0, n1)), n1), (data.draw(st.integers(0, n0)), n0)

    found = difference_of_rates(treated=one, control=two)
    mirrored = difference_of_rates(treated=two, control=one)

    assert -1.0 <= found.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.high <= 1.0
    assert mirrored.low == pytest.approx(-found.high, abs=1e-9)
    assert (found.p_value < 0.05) == (found.low > 1e-9 or found.high < -1e-9)


def test_the_relative_lift_is_proved_where_the_difference_is() -> None:
    for bought in range(40, 80):
        found = difference_of_rates(treated=(bought * 9, 9000), control=(50, 1000))
        assert found.relative_low is not None
        assert (found.relative_low > 0) == (found.low > 0)


def test_the_relative_lift_is_undefined_where_control_has_nothing() -> None:
    found = difference_of_rates(treated=(5, 900), control=(0, 100))

    assert (found.relative, found.relative_low, found.relative_high) == (None, None, None)
    assert found.low < 0 < found.high


def test_the_golden_wilson_intervals() -> None:
    assert wilson(80, 100) == pytest.approx((0.7112, 0.8666), abs=5e-5)
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=5e-5)


def test_more_buyers_than_customers_are_refused() -> None:
    with pytest.raises(BadInput, match="11 of 10"):
        difference_of_rates(treated=(11, 10), control=(1, 10))


# ---- means ---------------------------------------------------------------------------


def test_the_golden_difference_of_means() -> None:
    treated = Moments.of_summary("spend", n=9000, mean=112.0, deviation=250.0)
    control = Moments.of_summary("spend", n=1000, mean=100.0, deviation=240.0)

    found = difference_of_means(treated, control, "spend")

    assert (found.difference, found.low, found.high) == pytest.approx(
        (12, -3.7, 27.7), abs=0.05
    )
    assert found.incremental == pytest.approx((108_000, -33_716, 249_716), abs=1)


def test_small_arms_have_welchs_interval() -> None:
    rng = np.random.default_rng(2)
    one, two = rng.gamma(1, 10, 40), rng.gamma(1, 8, 12)

    found = difference_of_means(Moments.of({"y": one}), Moments.of({"y": two}), "y")
    theirs = stats.ttest_ind(one, two, equal_var=False)
    interval = theirs.confidence_interval(0.95)

    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6)


def test_an_arm_of_one_is_refused() -> None:
    with pytest.raises(BadInput, match="1 customers"):
        difference_of_means(Moments.of({"y": [1.0]}), Moments.of({"y": [1.0, 2.0]}), "y")


def test_cuped_is_the_regression_with_interactions() -> None:
    rng = np.random.default_rng(3)
    n = 4_000
    x = rng.normal(size=(n, 2)) + 5
    w = rng.random(n) < 0.8
    y = x @ [2.0, -1.0] + w * (1 + 0.5 * x[:, 0]) + rng.normal(size=n)
    arms = [Moments.of({"y": y[each], "a": x[each, 0], "b": x[each, 1]}) for each in (w, ~w)]

    found = difference_of_means(*arms, "y", covariates=["a", "b"])
    centred = x - x.mean(0)
    design = np.column_stack([np.ones(n), w, centred, centred * w[:, None]])
    lin = np.linalg.lstsq(design, y, rcond=None)[0][1]

    assert found.difference == pytest.approx(lin, abs=0.02 * found.standard_error)
    assert found.variance_left < 0.4


def test_covariates_that_say_the_same_or_nothing_do_no_harm() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=2_000), rng.normal(size=2_000)
    columns = {"y": y + x, "x": x, "again": x * 3, "fixed": np.ones(2_000)}
    one, two = (
        Moments.of({k: v[part] for k, v in columns.items()})
        for part in (slice(0, 1_500), slice(1_500, None))
    )

    alone = difference_of_means(one, two, "y", covariates=["x"])
    many = difference_of_means(one, two, "y", covariates=["x", "again", "fixed"])

    assert many.difference == pytest.approx(alone.difference, rel=1e-6)


@pytest.mark.parametrize("covariates", [(), ("past_spend", "past_purchases")])
def test_the_true_effect_lies_in_95_of_100_intervals(
    arms: Arms, covariates: tuple[str, ...]
) -> None:
    inside, narrower = 0, []
    for seed in range(120):
        drawn = experiment(3_000, seed=seed, holdout=0.2, extra=0.3, spread=1.0)
        both = arms(drawn)
        found = difference_of_means(
            both["treated"], both["control"], "spend", covariates=covariates
        )
        inside += found.low < drawn.effect("spend") < found.high
        narrower.append(found.variance_left)

    assert 107 <= inside <= 120
    assert np.mean(narrower) == pytest.approx(0.6 if covariates else 1.0, abs=0.06)


def test_a_relative_lift_without_a_sure_control_has_no_bounds() -> None:
    treated = Moments.of_summary("y", n=100, mean=2.0, deviation=10.0)
    control = Moments.of_summary("y", n=100, mean=1.0, deviation=10.0)

    found = difference_of_means(treated, control, "y")

    assert found.relative == pytest.approx(1.0)
    assert (found.relative_low, found.relative_high) == (None, None)


def test_fieller_holds_the_ratio_in_95_of_100_cases() -> None:
    rng = np.random.default_rng(5)
    drawn = rng.multivariate_normal([3.0, 6.0], [[0.3, 0.1], [0.1, 0.5]], 4_000)

    inside = 0
    for over, under in drawn:
        low, high = fieller(
            over, under, variances=(0.3, 0.5), covariance=0.1, critical=critical(0.95)
        )
        assert low is not None
        assert high is not None
        inside += low < 0.5 < high

    assert inside / 4_000 == pytest.approx(0.95, abs=0.01)


# ---- ratios and contacts -------------------------------------------------------------


def test_spend_per_order_is_as_sure_as_resampling_customers_says() -> None:
    rng = np.random.default_rng(6)
    orders = rng.poisson(3, 3_000) + 1
    spend = rng.gamma(2, 10, 3_000) * orders  # orders of one customer are alike
    arm = Moments.of({"spend": spend, "orders": orders})

    found = difference_of_ratios(arm, arm, over="spend", under="orders")
    picks = rng.integers(0, 3_000, (1_500, 3_000))
    resampled = spend[picks].sum(1) / orders[picks].sum(1)

    assert found.standard_error / math.sqrt(2) == pytest.approx(resampled.std(), rel=0.06)


def test_the_effect_of_a_contact_is_found_where_the_naive_comparison_is_wrong(
    arms: Arms,
) -> None:
    drawn = experiment(60_000, seed=8, holdout=0.3, extra=0.3, contacted=0.4)
    both, table = arms(drawn), drawn.customers
    truth = drawn.complier_effect("purchases")

    found = complier_effect(
        both["treated"], both["control"], "purchases", contacted="contacted"
    )
    bought, reached = table["purchases"].to_numpy(), table["contacted"].to_numpy() == 1
    naive = bought[reached].mean() - both["control"].mean("purchases")

    assert found.contact_treated == pytest.approx(0.4, abs=0.02)
    assert found.low is not None
    assert found.high is not None
    assert found.low < truth < found.high
    assert naive > found.high  # people call the customers who buy anyway


def test_covariates_narrow_the_effect_of_a_contact_too(arms: Arms) -> None:
    both = arms(experiment(20_000, seed=9, holdout=0.3, extra=0.3, contacted=0.4))
    arguments = (both["treated"], both["control"], "purchases")

    plain = complier_effect(*arguments, contacted="contacted")
    helped = complier_effect(*arguments, contacted="contacted", covariates=["past_purchases"])

    assert helped.standard_error < 0.85 * plain.standard_error


@pytest.mark.parametrize("covariates", [(), ("past_purchases",)])
def test_the_error_per_contact_counts_how_outcome_and_contact_go_together(
    arms: Arms, covariates: tuple[str, ...]
) -> None:
    drawn = experiment(5_000, seed=10, holdout=0.3, extra=0.3, contacted=0.4)
    both, table = arms(drawn), drawn.customers
    found = complier_effect(
        both["treated"],
        both["control"],
        "purchases",
        contacted="contacted",
        covariates=covariates,
    )

    # The error of the effect is that of what it leaves: the outcome less effect * contacted.
    treated = np.array(table["arm"].to_pylist()) == "treated"
    rest = table["purchases"].to_numpy() - found.effect * table["contacted"].to_numpy()
    past = table["past_purchases"].to_numpy()
    one, two = (
        Moments.of({"rest": rest[arm], "past_purchases": past[arm]})
        for arm in (treated, ~treated)
    )
    left = difference_of_means(one, two, "rest", covariates=covariates)
    reach = difference_of_means(
        both["treated"], both["control"], "contacted", covariates=covariates
    )
    assert left.difference == pytest.approx(0.0, abs=0.05 * left.standard_error)
    assert found.standard_error == pytest.approx(
        left.standard_error / reach.difference, rel=0.002
    )


def test_arms_that_were_contacted_alike_have_no_effect_per_contact() -> None:
    arm = Moments.of({"y": [1.0, 2.0, 3.0], "called": [1, 0, 1]})

    with pytest.raises(BadInput, match="contacted alike"):
        complier_effect(arm, arm, "y", contacted="called")


def test_quantiles_meet_scipys() -> None:
    assert critical(0.9, 7) == pytest.approx(stats.t.ppf(0.95, 7))
    assert two_sided(2.5, 7) == pytest.approx(2 * stats.t.sf(2.5, 7))
    assert two_sided(2.5) == pytest.approx(2 * stats.norm.sf(2.5))
