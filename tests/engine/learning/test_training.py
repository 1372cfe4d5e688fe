"""Public tables are learned as well as the better of two untuned methods, and it is told."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from regulars.engine.learning import (
    BadTable,
    Fact,
    Model,
    Sheet,
    Trained,
    reason_columns,
    reasons,
    train,
)
from regulars.engine.learning.reasons import FEWEST_POINTS, points


@pytest.fixture(scope="module")
def trained(telco: pa.Table) -> Trained:
    bill = Fact("bill", ("MonthlyCharges", "TotalCharges", "PaymentMethod"), "MonthlyCharges")
    return train(telco, outcome="Churn", happened="Yes", facts=[bill])


def test_telco_is_told_apart_better_than_the_goal(trained: Trained) -> None:
    assert trained.quality is not None
    assert trained.quality.auc >= 0.845
    assert trained.methods["logistic"].auc >= 0.840
    assert trained.quality.signal
    assert trained.chosen == "boosting"


@pytest.mark.drill
def test_bank_marketing_is_told_apart_better_than_the_goal(bank_marketing: pa.Table) -> None:
    found = train(bank_marketing.drop_columns(["duration"]), outcome="deposit", happened="yes")

    assert found.quality is not None
    assert found.quality.auc >= 0.719


@pytest.mark.drill
def test_caravan_is_told_apart_better_than_the_goal(caravan: pa.Table) -> None:
    outcome = caravan["Purchase"].to_pylist()
    found = train(caravan, outcome="Purchase", happened=min(set(outcome), key=outcome.count))

    assert found.quality is not None
    assert found.quality.auc >= 0.732


def test_its_probabilities_mean_what_they_say(trained: Trained) -> None:
    assert trained.quality is not None
    for tenth in trained.quality.calibration:
        assert tenth.rate_low - 0.02 <= tenth.forecast <= tenth.rate_high + 0.02
    assert trained.quality.top_tenth_lift > 2.5


def test_reasons_sum_to_the_probability(trained: Trained, telco: pa.Table) -> None:
    sheet = Sheet.of(telco.drop_columns(["Churn"]))
    model = trained.model
    usual = model.calibration.probability(np.array([model.scorecard.baseline]))[0]

    total = sum(points(model, sheet).values())

    np.testing.assert_allclose(
        usual * 100.0 + total, model.probability(sheet) * 100.0, atol=1e-6
    )


def test_features_of_one_fact_are_one_reason(trained: Trained, telco: pa.Table) -> None:
    sheet = Sheet.of(telco.drop_columns(["Churn"])).take(np.arange(50))

    found = reasons(trained.model, sheet)

    codes = {reason.code for row in found for reason in row}
    assert "bill" in codes
    assert not codes & {"MonthlyCharges", "TotalCharges", "PaymentMethod"}


def test_reasons_show_the_value_and_what_is_usual(trained: Trained, telco: pa.Table) -> None:
    sheet = Sheet.of(telco.drop_columns(["Churn"])).take(np.arange(200))

    found = [reason for row in reasons(trained.model, sheet, most=3) for reason in row]

    contract = next(reason for reason in found if reason.code == "Contract")
    assert contract.usual == "Month-to-month"
    assert isinstance(contract.value, str)
    # Who has been with the company for a month only is told so, and that it speaks for
    # leaving; others are told what keeps them.
    new = next(each for each in found if each.code == "tenure" and each.value == 1.0)
    assert new.points > 5.0
    assert new.usual == 29.0
    assert any(reason.points < -5.0 for reason in found)


def test_a_column_of_reasons_says_the_same_as_a_page(trained: Trained, telco: pa.Table) -> None:
    sheet = Sheet.of(telco.drop_columns(["Churn"])).take(np.arange(300))

    column = reason_columns(trained.model, sheet, most=3).to_pylist()

    page = reasons(trained.model, sheet, most=3)
    for row, said in zip(column, page, strict=True):
        assert [each["code"] for each in row] == [each.code for each in said]
        assert [each["points"] for each in row] == pytest.approx(
            [each.points for each in said], abs=0.006
        )
        assert all(abs(each["points"]) >= FEWEST_POINTS for each in row)


def test_the_order_of_rows_changes_nothing(telco: pa.Table) -> None:
    some = telco.select(["tenure", "Contract", "MonthlyCharges", "Churn"]).slice(0, 2_000)
    mixed = some.take(pa.array(np.random.default_rng(0).permutation(2_000)))

    found = [train(each, outcome="Churn", happened="Yes") for each in (some, mixed)]

    assert found[0].to_dict() == found[1].to_dict()
    assert found[0].model.to_dict() == found[1].model.to_dict()


def test_a_model_comes_back_from_json(trained: Trained, telco: pa.Table) -> None:
    sheet = Sheet.of(telco.drop_columns(["Churn"]))

    back = Model.from_dict(json.loads(json.dumps(trained.model.to_dict())))

    np.testing.assert_array_equal(back.probability(sheet), trained.model.probability(sheet))
    assert reasons(back, sheet.take(np.arange(20))) == reasons(
        trained.model, sheet.take(np.arange(20))
    )


def test_high_means_twice_the_odds(trained: Trained) -> None:
    low, high = trained.model.band_limits
    odds = trained.model.base_rate / (1 - trained.model.base_rate)

    assert high / (1 - high) == pytest.approx(2 * odds)
    assert low / (1 - low) == pytest.approx(odds / 2)
    bands = trained.model.bands(np.array([low, trained.model.base_rate, high]))
    assert bands.tolist() == ["low", "medium", "high"]


def test_chance_is_called_no_signal_and_everybody_gets_the_base_rate() -> None:
    random = np.random.default_rng(9)
    table = pa.table({"x": random.random(1_500), "left": random.random(1_500) < 0.2})

    found = train(table, outcome="left")

    assert found.chosen == "base_rate"
    assert found.verdict.startswith("No signal: ")
    chances = found.model.probability(Sheet.of(table.select(["x"])))
    assert np.unique(chances).tolist() == [
        np.mean(table["left"].to_numpy(zero_copy_only=False))
    ]
    assert reason_columns(found.model, Sheet.of(table.select(["x"])))[0].as_py() == []


def test_too_few_leavers_are_counted() -> None:
    table = pa.table({"x": np.arange(500.0), "left": np.arange(500) < 20})

    found = train(table, outcome="left")

    assert found.verdict == (
        "Not enough data: 20 with the outcome; at least 50 are needed, so 30 more."
    )
    assert found.quality is None


def test_a_value_that_nobody_has_is_refused(telco: pa.Table) -> None:
    with pytest.raises(BadTable, match="No row has 'gone' in Churn; it holds No, Yes"):
        train(telco, outcome="Churn", happened="gone")


def test_an_unknown_column_is_named(telco: pa.Table) -> None:
    with pytest.raises(BadTable, match="There is no column churned"):
        train(telco, outcome="churned")
