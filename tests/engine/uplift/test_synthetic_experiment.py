"""The synthetic experiment is what it says it is."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.base.errors import BadInput
from regulars.engine.synthetic.experiment import FEATURES, METRICS, experiment

from .conftest import Arms


def test_the_same_arguments_give_the_same_experiment() -> None:
    one, two = (experiment(500, seed=3, extra=0.2, spread=1.0) for _ in range(2))

    assert one.customers == two.customers
    assert one.purchases == two.purchases
    assert one.truth == two.truth


def test_customers_are_what_their_purchases_add_up_to() -> None:
    drawn = experiment(2_000, seed=1, extra=0.2, days=28)
    who = drawn.purchases["customer_id"].to_numpy() - 1

    counts = np.bincount(who, minlength=2_000)
    money = np.bincount(who, drawn.purchases["amount"].to_numpy(), minlength=2_000)

    assert (counts == drawn.customers["purchases"].to_numpy()).all()
    assert ((counts > 0) == drawn.customers["bought"].to_numpy()).all()
    assert money == pytest.approx(drawn.customers["spend"].to_numpy(), abs=0.006)
    assert drawn.purchases["day"].to_numpy().min() >= 1
    assert drawn.purchases["day"].to_numpy().max() <= 28


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("contacted", [1.0, 0.5])
def test_the_truth_is_what_a_very_large_experiment_shows(
    arms: Arms, metric: str, contacted: float
) -> None:
    drawn = experiment(400_000, seed=2, extra=0.3, spread=1.0, contacted=contacted)
    both = arms(drawn)

    seen = both["treated"].mean(metric) - both["control"].mean(metric)
    error = np.sqrt(sum(each.variance(metric) / each.n for each in both.values()))

    assert abs(seen - drawn.effect(metric)) < 3 * error
    assert drawn.effect(metric) > 10 * error


def test_an_a_a_test_has_no_effect_on_anybody() -> None:
    drawn = experiment(1_000, seed=4)

    assert not any(drawn.truth[metric].to_numpy().any() for metric in METRICS)


def test_features_are_columns_known_before_the_start() -> None:
    drawn = experiment(1_000, seed=5)

    features = drawn.features()

    assert features.shape == (1_000, len(FEATURES))
    # The past foretells the outcome, as it does in life.
    past = np.corrcoef(features[:, 1], drawn.customers["purchases"].to_numpy())[0, 1]
    assert past > 0.5


def test_contacts_prefer_those_who_buy_anyway() -> None:
    table = experiment(20_000, seed=6, holdout=0.1, contacted=0.5).customers
    reached = table["contacted"].to_numpy() == 1
    past = table["past_purchases"].to_numpy()

    assert past[reached].mean() > 1.2 * past.mean()
    assert not (reached & (np.array(table["arm"].to_pylist()) == "control")).any()


@pytest.mark.parametrize("wrong", [{"holdout": 0.0}, {"contacted": 1.5}, {"days": 0}])
def test_an_impossible_experiment_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="make no experiment"):
        experiment(100, seed=1, **wrong)  # type: ignore[arg-type]
