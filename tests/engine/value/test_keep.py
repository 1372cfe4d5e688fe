from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.base.errors import BadInput
from regulars.engine.value.keep import less_churn


def test_the_value_is_the_sum_of_the_years_by_hand() -> None:
    kept = less_churn(5, customers=100, churn=0.20, margin=10_000.0, discount_rate=0.10)

    now = sum(10_000.0 * 0.80**year / 1.10**year for year in range(400))
    then = sum(10_000.0 * 0.85**year / 1.10**year for year in range(400))
    assert kept.value == pytest.approx(now)
    assert kept.value_then == pytest.approx(then)
    assert kept.gain == pytest.approx(then / now - 1)


def test_who_stays_brings_half_a_year_in_the_first_year() -> None:
    kept = less_churn(2, customers=1_000, churn=0.10, margin=500_000.0)

    assert kept.customers == pytest.approx(20.0)
    assert kept.margin_first_year == pytest.approx(20 * 500 / 2)


@given(
    churn=st.floats(0.02, 0.9),
    less=st.floats(0.1, 0.9),
    margin=st.floats(1.0, 1e9),
)
def test_less_churn_never_brings_less(churn: float, less: float, margin: float) -> None:
    kept = less_churn(churn * less * 100, customers=1_000, churn=churn, margin=margin)

    assert kept.value_then > kept.value
    assert kept.churn_then < kept.churn


def test_a_base_without_margin_gets_no_gain_rather_than_a_false_one() -> None:
    assert less_churn(1, customers=10, churn=0.1, margin=0.0).gain is None


@pytest.mark.parametrize(("points", "churn"), [(12, 0.1), (0, 0.1), (1, 1.5), (-1, 0.1)])
def test_impossible_questions_are_refused(points: float, churn: float) -> None:
    with pytest.raises(BadInput):
        less_churn(points, customers=10, churn=churn, margin=1.0)
