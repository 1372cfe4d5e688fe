"""Arms of unplanned sizes raise an alarm, and one good experiment in a thousand does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from regulars.base.errors import BadInput
from regulars.engine.uplift import Moments, balance, sample_ratio

PLAN = {"call": 0.2, "letter": 0.3, "control": 0.5}


def test_the_ratio_is_pearsons_chi_square() -> None:
    counts = {"call": 230, "letter": 290, "control": 480}

    found = sample_ratio(counts, PLAN)

    theirs = stats.chisquare([230, 290, 480], [200, 300, 500])
    assert found.chi_square == pytest.approx(theirs.statistic)
    assert found.p_value == pytest.approx(theirs.pvalue)


def test_good_experiments_raise_one_alarm_in_a_thousand() -> None:
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(20_000, list(PLAN.values()), 10_000)

    alarms = sum(
        sample_ratio(dict(zip(PLAN, counts.tolist(), strict=True)), PLAN).alarm
        for counts in drawn
    )

    assert 2 <= alarms <= 20


def test_one_in_twenty_lost_from_an_arm_is_noticed() -> None:
    assert sample_ratio(
        {"treated": 95_000, "control": 10_000}, {"treated": 0.9, "control": 0.1}
    ).alarm


def test_an_arm_nobody_planned_is_named() -> None:
    with pytest.raises(BadInput, match="sms"):
        sample_ratio({"sms": 10, "control": 10}, {"treated": 0.5, "control": 0.5})


def _arms(rng: np.random.Generator, shift: float = 0.0) -> tuple[Moments, Moments]:
    def arm(n: int, by: float) -> Moments:
        spend = rng.gamma(1, 10, n) + by
        return Moments.of({"spend": spend, "orders": spend / 5 + rng.normal(size=n)})

    return arm(900, shift), arm(300, 0.0)


def test_balance_of_good_experiments_has_even_p_values() -> None:
    rng = np.random.default_rng(2)

    p_values = [balance(*_arms(rng), ["spend", "orders"]).p_value for _ in range(600)]

    assert stats.kstest(p_values, "uniform").pvalue > 0.001
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_an_arm_that_was_richer_before_is_noticed() -> None:
    found = balance(*_arms(np.random.default_rng(3), shift=4.0), ["spend", "orders"])

    assert found.alarm
    assert "spend" in found.notable
    assert found.differences["spend"] == pytest.approx(0.4, abs=0.12)


def test_a_covariate_that_never_changes_is_in_balance() -> None:
    arm = Moments.of({"fixed": [1.0, 1.0, 1.0]})

    assert balance(arm, arm, ["fixed"]).p_value == 1.0
