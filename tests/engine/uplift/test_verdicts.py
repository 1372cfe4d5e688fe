"""The word on an experiment follows from its interval and its cost."""

from __future__ import annotations

import pytest

from regulars.base.errors import BadInput
from regulars.engine.uplift import (
    CODES,
    Moments,
    customers_missing,
    difference_of_means,
    difference_of_rates,
    payback,
    sample_ratio,
    verdict,
)
from regulars.engine.uplift.effect import Effect


def _spend(mean: float, *, n: int = 9_000, control: float = 100.0) -> Effect:
    return difference_of_means(
        Moments.of_summary("spend", n=n, mean=mean, deviation=250.0),
        Moments.of_summary("spend", n=n // 9, mean=control, deviation=240.0),
        "spend",
    )


def test_the_golden_payback_is_attractive_and_not_proved() -> None:
    effect = _spend(112.0)

    paid = payback(effect, cost=18_000, margin=0.4)

    assert paid.return_on_spend is not None
    assert paid.return_on_investment is not None
    assert paid.return_on_spend[0] == pytest.approx(6.0)
    assert paid.return_on_investment[0] == pytest.approx(1.4)
    assert paid.net[1] < 0 < paid.net[2]
    assert verdict(effect, paid=paid).code == "not_proved"


@pytest.mark.parametrize(
    ("mean", "cost", "code"),
    [
        (150.0, None, "worked"),
        (150.0, 10_000, "worked"),
        (150.0, 150_000, "worked_pay_open"),
        (150.0, 190_000, "worked_pay_open"),
        (150.0, 900_000, "worked_lost_money"),
        (105.0, 10_000, "not_proved"),
        (60.0, 10_000, "harm"),
    ],
)
def test_each_outcome_has_its_word(mean: float, cost: float | None, code: str) -> None:
    effect = _spend(mean)
    paid = None if cost is None else payback(effect, cost=cost, margin=0.4)

    found = verdict(effect, paid=paid)

    assert found.code == code
    assert found.code in CODES
    assert found.sentence.endswith(".")


def test_lower_may_be_better() -> None:
    churn = difference_of_rates(treated=(300, 9000), control=(60, 1000))

    assert verdict(churn, lower_is_better=True).code == "worked"
    assert verdict(churn).code == "harm"


def test_arms_of_unplanned_sizes_overrule_everything() -> None:
    broken = sample_ratio({"treated": 8000, "control": 1000}, {"treated": 0.9, "control": 0.1})

    found = verdict(_spend(150.0), ratio=broken)

    assert found.code == "not_comparable"
    assert "treated 8,000 instead of 8,100" in found.sentence


def test_the_number_that_is_missing_would_have_been_enough() -> None:
    effect = _spend(110.0)
    more = customers_missing(effect, effect.difference)

    later = _spend(110.0, n=round(9_000 * (10_000 + more) / 10_000))

    assert later.difference / later.standard_error == pytest.approx(2.8016, rel=0.002)
    assert verdict(effect).more_needed == more
    assert f"{more:,} more customers" in verdict(effect).sentence


def test_a_value_on_the_wrong_side_promises_nothing() -> None:
    found = verdict(_spend(95.0))

    assert (found.code, found.more_needed) == ("not_proved", None)
    assert verdict(_spend(95.0), worthwhile=8.0).more_needed == pytest.approx(69_080, rel=0.05)


def test_where_enough_were_asked_more_are_not_the_answer() -> None:
    found = verdict(_spend(101.0), worthwhile=60.0)

    assert found.more_needed == 0
    assert "more of them are not the answer" in found.sentence


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(BadInput, match="-5"):
        payback(_spend(110.0), cost=-5, margin=0.4)


def test_an_action_without_cost_has_no_return_on_it() -> None:
    paid = payback(_spend(150.0), cost=0, margin=0.4)

    assert (paid.return_on_spend, paid.return_on_investment) == (None, None)
    assert paid.net == paid.margin
