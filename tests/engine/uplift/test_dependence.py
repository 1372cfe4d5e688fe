"""Looks at the same customers resemble each other, and the bounds of spending know it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import multivariate_normal, norm

from regulars.base.errors import BadInput
from regulars.engine.synthetic.experiment import experiment
from regulars.engine.uplift import (
    Moments,
    correlations_of_looks,
    difference_of_means,
    follow_to_end,
    spending_reach,
)

Floats = npt.NDArray[np.float64]
DAYS = 28
TIMES = (np.arange(1, DAYS + 1) / DAYS).tolist()
EARLIER, LATER = np.minimum.outer(TIMES, TIMES), np.maximum.outer(TIMES, TIMES)
# Spend of customers who each keep to a rate of their own; three fifths of the variance at the
# end lie between customers.
OWN_RATES = EARLIER * (0.4 + 0.6 * LATER)


def _tied(covariance: Floats) -> Floats:
    own = np.sqrt(np.diag(covariance))
    return covariance / np.outer(own, own)


def _false_alarms(covariance: Floats, reach: Floats) -> float:
    """Look at 60,000 experiments in which nothing was done."""
    rng = np.random.default_rng(8)
    root = np.linalg.cholesky(_tied(covariance) + 1e-9 * np.eye(len(covariance)))
    z = rng.normal(size=(60_000, len(covariance))) @ root.T
    return float((np.abs(z) > reach).any(axis=1).mean())


def test_looks_tied_as_sums_of_independent_steps_have_the_bounds_without_evidence() -> None:
    known = spending_reach(TIMES, TIMES, together=_tied(EARLIER))

    assert known == pytest.approx(spending_reach(TIMES, TIMES), abs=1e-9)


def test_customers_who_keep_to_a_rate_have_the_bounds_of_what_is_known_of_the_rate() -> None:
    known = spending_reach(np.diag(OWN_RATES).tolist(), TIMES, together=_tied(OWN_RATES))
    information = [at / (0.4 + 0.6 * at) for at in TIMES]  # one over a rate's variance

    assert known == pytest.approx(spending_reach(information, TIMES), abs=1e-9)


def test_the_closer_looks_hang_together_the_smaller_are_their_bounds() -> None:
    apart = np.abs(np.subtract.outer(range(DAYS), range(DAYS)))

    loose, close, closer = (
        spending_reach(TIMES, TIMES, together=each**apart) for each in (0.9, 0.99, 0.999)
    )

    assert (loose[2:] > close[2:] - 1e-6).all()
    assert (close[2:] > closer[2:] - 1e-6).all()
    assert loose[-1] - close[-1] > 0.3
    assert close[-1] - closer[-1] > 0.05


def test_looks_that_all_show_the_same_are_one_look() -> None:
    found = spending_reach([3.0] * DAYS, TIMES, together=np.ones((DAYS, DAYS)))
    allowed = 4 * norm.sf(norm.isf(0.0125) / np.sqrt(TIMES))

    assert found == pytest.approx(norm.isf(allowed / 2), abs=1e-3)
    assert found[-1] == pytest.approx(1.96, abs=1e-3)


@pytest.mark.parametrize("tie", [0.0, 0.5, 0.95, 0.999, 0.99999])
def test_two_looks_leave_together_with_the_error_that_was_promised(tie: float) -> None:
    matrix = np.array([[1.0, tie], [tie, 1.0]])

    one, two = spending_reach([1.0, 1.0], [0.8, 1.0], together=matrix)

    inside = multivariate_normal(cov=matrix, allow_singular=True).cdf(
        [one, two], lower_limit=[-one, -two]
    )
    assert 1 - inside == pytest.approx(0.05, abs=2e-5)


def test_false_alarms_are_5_in_100_where_customers_keep_to_a_rate() -> None:
    gathered = np.diag(OWN_RATES).tolist()

    asked = spending_reach(gathered, TIMES, together=_tied(OWN_RATES))

    assert _false_alarms(OWN_RATES, asked) == pytest.approx(0.05, abs=0.003)
    assert _false_alarms(OWN_RATES, spending_reach(gathered, TIMES)) < 0.036


def _drifting(pace: float) -> Floats:
    """Sum up rates that wander: neighbours hang together closely, distant looks do not."""
    hours = np.arange(1, 10 * DAYS + 1) / (10 * DAYS)
    summed = np.tril(np.ones((10 * DAYS, 10 * DAYS)))[9::10]
    return summed @ np.exp(-np.abs(np.subtract.outer(hours, hours)) / pace) @ summed.T


WEEK = np.cumsum(np.cos(2 * np.pi * np.arange(DAYS) / 7))
PATTERNS = {
    "wanders fast": _drifting(0.1),
    "wanders slowly": _drifting(0.5),
    "some buy on Mondays": np.outer(WEEK, WEEK)
    + 0.25 * DAYS * EARLIER
    + 1.1 * DAYS * EARLIER * LATER,
    "a balance goes up and down": EARLIER + 0.3 * np.eye(DAYS),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_false_alarms_stay_below_5_in_100_whatever_the_pattern(name: str) -> None:
    reach = spending_reach(TIMES, TIMES, together=_tied(PATTERNS[name]))

    assert 0.025 < _false_alarms(PATTERNS[name], reach) <= 0.052


def test_of_what_goes_up_and_down_the_gathered_variance_says_too_much() -> None:
    balance = PATTERNS["a balance goes up and down"]

    reach = spending_reach(np.diag(balance).tolist(), TIMES)

    assert _false_alarms(balance, reach) > 0.1


def test_bounds_of_earlier_looks_stay_when_later_ones_are_added() -> None:
    gathered = np.diag(OWN_RATES).tolist()
    tied = _tied(OWN_RATES)

    half = spending_reach(gathered[:14], TIMES[:14], together=tied[:14, :14])

    assert (half == spending_reach(gathered, TIMES, together=tied)[:14]).all()


def test_a_look_until_which_nothing_had_come_spends_nothing() -> None:
    nothing = {"first": [0.0, 0.0, 0.0, 0.0]}
    treated = Moments.of(nothing | {"second": [1, 0, 2, 5], "third": [2, 1, 2, 6]})
    control = Moments.of(nothing | {"second": [0, 0, 2, 1], "third": [2, 0, 5, 1]})

    tied = correlations_of_looks(treated, control, ["first", "second", "third"])
    found = spending_reach([0.0, 4.0, 5.0], [0.2, 0.6, 1.0], together=tied)

    assert tied[0].tolist() == [1.0, 0.0, 0.0]
    assert math.isinf(found[0])
    assert found[1:] == pytest.approx(
        spending_reach([4.0, 5.0], [0.6, 1.0], together=tied[1:, 1:])
    )


@pytest.mark.parametrize("wrong", [[[1.0]], [[1.0, 1.2], [1.2, 1.0]], [[1, math.nan]] * 2])
def test_correlations_that_do_not_fit_are_refused(wrong: list[list[float]]) -> None:
    with pytest.raises(BadInput, match="from -1 to 1"):
        spending_reach([1.0, 2.0], [0.5, 1.0], together=wrong)


@pytest.mark.parametrize("covariates", [[], ["past"]])
def test_correlations_are_those_of_differences_drawn_by_lot_again_and_again(
    covariates: list[str],
) -> None:
    rng = np.random.default_rng(6)
    rate = rng.gamma(0.8, 1.4, 600)
    steps = rng.poisson(rate[:, None] * [0.2, 0.3, 0.5])
    columns = dict(zip(["a", "b", "c"], steps.cumsum(axis=1).T, strict=True))
    columns["past"] = rng.poisson(3 * rate)

    def drawn() -> tuple[Moments, Moments]:
        treated = rng.permutation(600) < 400
        one, two = (
            Moments.of({name: each[arm] for name, each in columns.items()})
            for arm in (treated, ~treated)
        )
        return one, two

    lots = [drawn() for _ in range(1_000)]
    seen = [
        [difference_of_means(*arms, look, covariates=covariates).difference for look in "abc"]
        for arms in lots
    ]
    said = np.mean(
        [correlations_of_looks(*arms, "abc", covariates=covariates) for arms in lots[:50]],
        axis=0,
    )

    assert said == pytest.approx(np.corrcoef(np.array(seen).T), abs=0.04)


def test_each_arm_counts_as_it_does_in_the_standard_error() -> None:
    rng = np.random.default_rng(9)
    one = rng.gamma(1.0, 1.0, (80, 3)).cumsum(axis=1)
    two = rng.gamma(1.0, 1.0, (20, 1)) * [1.0, 2.0, 3.0] + rng.normal(0, 0.3, (20, 3))
    treated, control = (
        Moments.of(dict(zip("abc", each.T, strict=True))) for each in (one, two)
    )

    joint = np.cov(one.T) / 80 + np.cov(two.T) / 20
    found = correlations_of_looks(treated, control, "abc")
    errors = [difference_of_means(treated, control, look).standard_error for look in "abc"]

    assert found == pytest.approx(_tied(joint), abs=1e-9)
    assert errors == pytest.approx(np.sqrt(np.diag(joint)))


def test_intervals_are_narrower_where_the_same_customers_are_looked_at_again() -> None:
    drawn = experiment(6_000, seed=1, holdout=0.3, extra=0.25)
    treated = np.array(drawn.customers["arm"].to_pylist()) == "treated"
    who = drawn.purchases["customer_id"].to_numpy() - 1
    day, amount = drawn.purchases["day"].to_numpy(), drawn.purchases["amount"].to_numpy()
    weeks = [f"week_{week}" for week in range(1, 9)]
    spend = {
        name: np.bincount(who[day <= 7 * week], amount[day <= 7 * week], minlength=6_000)
        for week, name in enumerate(weeks, start=1)
    }
    one, two = (
        Moments.of({name: each[arm] for name, each in spend.items()})
        for arm in (treated, ~treated)
    )
    effects = [difference_of_means(one, two, week) for week in weeks]
    times = [week / 8 for week in range(1, 9)]

    blind = follow_to_end(effects, times)
    asked = follow_to_end(effects, times, together=correlations_of_looks(one, two, weeks))

    widths = [[look.high - look.low for look in looks[1:]] for looks in (asked, blind)]
    assert all(each < other for each, other in zip(*widths, strict=True))
    assert asked[-1].decided == blind[-1].decided == "higher"
