"""Contracts: sBG, retention, what is still to come, the curve of survivors, persistency."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from regulars.base.errors import BadInput
from regulars.engine.models import (
    SBG,
    Fitted,
    Lifetimes,
    NoFit,
    constant_retention_value,
    contract_value,
    persistency_by_month,
    survival_curve,
)
from regulars.engine.models.contracts import _likelihood

# Fader & Hardie 2007: survivors of 1,000 high-end and 1,000 regular customers, in per mille.
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
KNOWN = Fitted("sbg", {"alpha": 0.668, "beta": 3.806}, {}, 0.0, "period", 0, True, ())


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "evidence"),
    [(HIGH_END, 0.668, 3.806, -1611.158), (REGULAR, 0.704, 1.182, -1680.265)],
)
def test_the_published_parameters_are_found(
    survivors: list[int], alpha: float, beta: float, evidence: float
) -> None:
    fitted = SBG.fit(Lifetimes.of_survivors(survivors))

    assert fitted.parameters == pytest.approx({"alpha": alpha, "beta": beta}, abs=5e-4)
    assert fitted.log_likelihood == pytest.approx(evidence, abs=1e-3)
    assert all(error is not None for error in fitted.standard_errors.values())


def test_the_published_survival_comes_out() -> None:
    found = SBG.survival(KNOWN, [0, 1, 2, 3, 4, 5])

    assert found == pytest.approx([1, 0.8507, 0.7469, 0.6698, 0.6100, 0.5619], abs=5e-5)


def test_the_projection_meets_the_years_it_had_not_seen() -> None:
    """Published survivors of year 12: 39.4 % and 17.3 %."""
    for survivors, later in ((HIGH_END, 0.394), (REGULAR, 0.173)):
        fitted = SBG.fit(Lifetimes.of_survivors(survivors))
        assert SBG.survival(fitted, 12) == pytest.approx(later, abs=0.017)


def test_retention_is_the_ratio_of_survivals_and_rises_with_age() -> None:
    survival, retention = SBG.survival(KNOWN, np.arange(8)), SBG.retention(KNOWN, [1, 2, 3, 7])

    assert retention == pytest.approx((survival[1:] / survival[:-1])[[0, 1, 2, 6]])
    assert all(earlier < later for earlier, later in pairwise(retention))


def test_the_residual_lifetime_is_the_discounted_sum_of_survivals() -> None:
    for age in (0, 1, 6):
        years = np.arange(1, 3000)
        terms = SBG.survival(KNOWN, age + years) / SBG.survival(KNOWN, age)

        assert SBG.residual(KNOWN, [age], discount_rate=0.1) == pytest.approx(
            [terms @ 1.1 ** -(years - 1.0)], rel=1e-12
        )
        assert SBG.residual(KNOWN, [age], discount_rate=0.1, due=1.0) == pytest.approx(
            [terms @ 1.1**-years], rel=1e-12
        )
        assert SBG.residual(KNOWN, [age], discount_rate=0.0, horizon=5) == pytest.approx(
            [terms[:5].sum()]
        )


def test_an_old_customer_is_worth_more_than_the_mean_retention_says() -> None:
    """Customers who all have one chance to stay are the textbook case."""
    alike = Fitted("sbg", {"alpha": 2e5, "beta": 8e5}, {}, 0.0, "period", 0, True, ())

    found = SBG.residual(alike, [0, 9], discount_rate=0.1, due=1.0)

    textbook = constant_retention_value(
        margin=1.0, retention=0.8, discount_rate=0.1, first_counted=False
    )
    assert found == pytest.approx([textbook] * 2, rel=1e-4)
    mixed = SBG.residual(KNOWN, [0, 9], discount_rate=0.1)
    assert mixed[1] > mixed[0] * 1.3


@pytest.mark.parametrize(("first", "value"), [(False, 266.67), (True, 366.67)])
def test_the_textbook_value_counts_the_first_margin_or_not(first: bool, value: float) -> None:
    found = constant_retention_value(
        margin=100.0, retention=0.8, discount_rate=0.1, first_counted=first
    )

    assert found == pytest.approx(value, abs=0.005)


def test_a_value_without_end_is_refused() -> None:
    with pytest.raises(BadInput, match="horizon"):
        SBG.residual(KNOWN, [0], discount_rate=0.0)
    with pytest.raises(BadInput, match="no finite"):
        constant_retention_value(
            margin=1.0, retention=1.0, discount_rate=0.0, first_counted=True
        )


def _draw(contracts: int, seed: int, watched: int = 10) -> Lifetimes:
    random = np.random.default_rng(seed)
    theta = random.beta(0.668, 3.806, contracts)
    ends, seen = random.geometric(theta), random.integers(1, watched + 1, contracts)
    return Lifetimes.of(np.minimum(ends, seen), ends <= seen)


def test_contracts_that_still_run_are_no_ends() -> None:
    fitted = SBG.fit(_draw(30_000, seed=1))

    for name, true in KNOWN.parameters.items():
        error = fitted.standard_errors[name]
        assert error is not None
        assert abs(fitted.parameters[name] - true) < 4 * error


def test_customers_who_are_all_alike_are_reported_at_the_boundary() -> None:
    ends = np.random.default_rng(1).geometric(0.2, 3000)

    fitted = SBG.fit(Lifetimes.of(np.minimum(ends, 8), ends <= 8))

    assert fitted.at_boundary == ("alpha", "beta")
    assert SBG.retention(fitted, [1, 7]) == pytest.approx([0.8, 0.8], abs=0.02)


def test_the_range_of_the_expectation_holds_the_truth_as_often_as_it_says() -> None:
    true = 100 * SBG.residual(KNOWN, [3], discount_rate=0.1)[0]
    inside = 0
    for seed in range(200):
        fitted = SBG.fit(_draw(800, seed))
        value = contract_value(fitted, [3], margin=100.0, discount_rate=0.1, level=0.8)
        inside += bool(value.low[0] <= true <= value.high[0])

    assert 0.72 <= inside / 200 <= 0.88


def test_the_range_by_chance_holds_single_contracts_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    theta = random.beta(0.668, 3.806 + 3, 40_000)  # renewed three times
    payments = np.minimum(random.geometric(theta) - 1, 500)
    worth = 100 * np.array([(1.1 ** -np.arange(n)).sum() for n in range(501)])[payments]

    value = contract_value(
        Fitted("sbg", KNOWN.parameters, {}, 0, "", 0, True, (), covariance=((0.0, 0.0),) * 2),
        [3],
        margin=100.0,
        discount_rate=0.1,
    )

    assert worth.mean() == pytest.approx(value.expected[0], rel=0.01)
    inside = (worth >= value.chance_low[0] - 1e-6) & (worth <= value.chance_high[0] + 1e-6)
    assert 0.8 <= inside.mean() <= 0.93  # whole payments cannot be cut at 80 % sharp


def test_the_slope_and_the_bend_are_those_of_the_likelihood() -> None:
    lifetimes, place = _draw(500, seed=2), np.array([1.1, 0.8])
    _, slope, bend = _likelihood(lifetimes, place)

    for at in range(2):
        step = np.zeros(2)
        step[at] = 1e-5 * place[at]
        up, down = (_likelihood(lifetimes, place + by) for by in (step, -step))
        assert slope[at] == pytest.approx((up[0] - down[0]) / (2 * step[at]), rel=1e-6)
        assert bend[at] == pytest.approx((up[1] - down[1]) / (2 * step[at]), rel=1e-5)


@pytest.mark.parametrize(
    ("lifetimes", "said"),
    [
        (Lifetimes.of([3] * 30, [False] * 30), "No contract has ended"),
        (Lifetimes.of([1] * 30, [True] * 20 + [False] * 10), "first renewal date"),
        (Lifetimes.of([1, 2], [True, False]), "too few"),
    ],
)
def test_what_cannot_be_learned_is_said(lifetimes: Lifetimes, said: str) -> None:
    with pytest.raises(NoFit, match=said):
        SBG.fit(lifetimes)


def test_an_end_before_the_first_date_is_refused() -> None:
    with pytest.raises(BadInput, match="age 1"):
        Lifetimes.of([0, 2], [True, False])
    with pytest.raises(BadInput, match="falling"):
        Lifetimes.of_survivors([10, 12])


def test_the_curve_of_the_leukaemia_trial_comes_out_as_published() -> None:
    """Freireich et al. 1963, 6-MP arm, the example of every textbook on survival."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]

    curve = survival_curve(Lifetimes.of(weeks, ended))

    at = [curve.age.tolist().index(week) for week in (6, 7, 10, 13, 16, 22, 23)]
    assert curve.survival[at] == pytest.approx(
        [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4
    )
    assert curve.error[at] == pytest.approx(
        [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5
    )
    assert curve.at_risk[at].tolist() == [21, 17, 15, 12, 11, 7, 6]
    # R survfit, conf.type="log-log", at weeks 6 and 23.
    assert curve.low[[at[0], at[-1]]] == pytest.approx([0.620, 0.188], abs=5e-4)
    assert curve.high[[at[0], at[-1]]] == pytest.approx([0.952, 0.680], abs=1e-3)


def test_the_curve_stays_between_nothing_and_all() -> None:
    curve = survival_curve(Lifetimes.of([1, 1, 2], [True, False, True]))

    assert curve.survival.tolist() == pytest.approx([2 / 3, 0.0])
    assert (curve.low <= curve.survival).all()
    assert (curve.high >= curve.survival).all()
    assert np.isfinite(curve.error).all()


def test_persistency_is_what_came_in_time_over_what_began() -> None:
    found = persistency_by_month(
        ["2024-04-10"] * 1000,
        [1.0] * 1000,
        [1.0] * 1000,
        ["2025-04-30"] * 920 + ["2025-06-10"] * 40 + ["NaT"] * 40,
        as_of="2025-07-01",
    )

    assert found.rate == pytest.approx([0.92])  # grace ended on 2025-06-09
    assert found.policies.tolist() == [1000]


def test_april_is_judged_in_june_of_the_next_year() -> None:
    def final(as_of: str) -> bool:
        found = persistency_by_month(["2024-04-01"], [1.0], [1.0], ["NaT"], as_of=as_of)
        return bool(found.final[0])

    assert not final("2025-06-29")
    assert final("2025-06-30")


def test_the_25_month_rate_waits_a_year_longer_and_left_out_policies_do_not_count() -> None:
    found = persistency_by_month(
        ["2023-02-28", "2023-02-01", "2023-03-05"],
        [100.0, 300.0, 50.0],
        [100.0, 300.0, 50.0],
        ["2025-03-01", "2025-02-01", "2025-03-05"],
        as_of="2025-12-31",
        months=25,
        left_out=[False, True, False],
    )

    assert found.month.astype(str).tolist() == ["2023-02", "2023-03"]
    assert found.rate.tolist() == [1.0, 1.0]
    assert found.due.tolist() == [100.0, 50.0]


def test_a_leap_day_has_its_anniversary_on_the_28th() -> None:
    found = persistency_by_month(
        ["2024-02-29"], [1.0], [1.0], ["2025-04-30"], as_of="2025-12-31", grace_days=60
    )

    assert found.rate.tolist() == [0.0]  # 2025-02-28 and 60 days is 2025-04-29


def test_other_months_are_refused() -> None:
    with pytest.raises(BadInput, match="13 and 25"):
        persistency_by_month([], [], [], [], as_of="2025-01-01", months=14)
