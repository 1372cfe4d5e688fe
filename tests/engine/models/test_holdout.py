"""Each model on each public set: the evidence, the errors on unseen days, the choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from regulars.engine.evaluate.metrics import errors
from regulars.engine.models import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    NoFit,
    PurchaseModel,
    Records,
    choose,
    cnbd,
)
from regulars.engine.models.horizon import expected_purchases

Open = Callable[[str], Any]

# Log-likelihood, total forecast, MAE, RMSE, Gini, as recomputed apart from this code.
TABLE: dict[tuple[str, PurchaseModel], tuple[float, float, float, float, float]] = {
    ("cdnow_sample", BG_NBD): (-9582.429, 1653.4, 0.7855, 1.6080, 0.6624),
    ("cdnow_sample", MBG_NBD): (-9582.136, 1576.7, 0.7648, 1.6072, 0.6635),
    ("cdnow_sample", PARETO_NBD): (-9594.976, 1665.5, 0.7545, 1.6028, 0.6726),
    ("cdnow_sample", cnbd(1)): (-9582.136, 1576.7, 0.7648, 1.6072, 0.6635),
    ("cdnow_master", BG_NBD): (-95368.444, 16873.7, 0.8187, 1.7329, 0.6626),
    ("cdnow_master", MBG_NBD): (-95336.958, 15933.6, 0.7945, 1.7396, 0.6656),
    ("cdnow_master", PARETO_NBD): (-95415.119, 17153.1, 0.7938, 1.7262, 0.6733),
    ("grocery", BG_NBD): (-15836.566, 3996.4, 1.5774, 3.1503, 0.8273),
    ("grocery", MBG_NBD): (-15781.939, 4024.8, 1.5130, 3.2085, 0.8352),
    ("grocery", PARETO_NBD): (-15782.392, 3990.7, 1.5079, 3.1937, 0.8344),
    ("apparel", BG_NBD): (-5857.020, 1414.0, 2.1220, 3.2869, 0.7241),
    ("apparel", MBG_NBD): (-5848.045, 1434.2, 2.0313, 3.3195, 0.7147),
    ("apparel", PARETO_NBD): (-5848.098, 1455.5, 2.0396, 3.3294, 0.7176),
}


@pytest.mark.parametrize(
    ("name", "model"), TABLE, ids=[f"{name}-{model.name}" for name, model in TABLE]
)
def test_a_model_fits_and_forecasts_as_recomputed(
    name: str, model: PurchaseModel, sample: Open
) -> None:
    given = sample(name)
    evidence, total, mae, rmse, gini = TABLE[name, model]

    fitted, found = _forecast(model, given)

    off = errors(found, given.later)
    assert fitted.log_likelihood == pytest.approx(evidence, abs=6e-4)
    assert found.sum() == pytest.approx(total, abs=0.11)
    assert off.mae == pytest.approx(mae, abs=1.1e-4)
    assert off.rmse == pytest.approx(rmse, abs=2e-4)
    assert off.gini == pytest.approx(gini, abs=5e-4)


def test_grocers_customers_come_by_the_clock_and_the_exact_forecast_gains_from_it(
    sample: Open,
) -> None:
    given = sample("grocery")

    fitted, found = _forecast(cnbd(2), given)

    off = errors(found, given.later)
    assert fitted.log_likelihood == pytest.approx(-14978.211, abs=6e-4)
    # With an approximate expectation: +15.8 %, 1.4228, 3.1652. The exact one is nearer.
    assert off.total_error == pytest.approx(0.1247, abs=1e-4)
    assert off.mae == pytest.approx(1.3998, abs=1e-4)
    assert off.rmse == pytest.approx(3.1488, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "best"), [("cdnow_sample", 1), ("cdnow_master", 1), ("grocery", 2), ("apparel", 1)]
)
def test_the_evenness_of_gaps_is_chosen_by_likelihood(
    name: str, best: int, sample: Open
) -> None:
    histories = sample(name).histories

    evidence = {k: cnbd(k).fit(histories).log_likelihood for k in (1, 2, 3, 4)}

    assert max(evidence, key=lambda k: evidence[k]) == best


def _forecast(model: PurchaseModel, given: Any) -> tuple[Any, np.ndarray]:
    fitted, then = model.fit(given.histories), given.then
    times = (then.repeats, then.last, then.age)
    return fitted, expected_purchases(model, fitted, *times, weeks=given.weeks)


@pytest.mark.parametrize(
    ("name", "model"),
    [("cdnow_sample", "mbg_nbd"), ("grocery", "mbg_cnbd_2"), ("apparel", "mbg_nbd")],
)
def test_the_model_is_chosen_that_saw_the_holdout_coming(
    name: str, model: str, sample: Open
) -> None:
    given = sample(name)

    choice = choose(given.then, given.now, given.now.histories())

    assert choice.model.name == model
    assert choice.trials[0].model == model
    assert choice.customers == len(given.later)
    assert choice.fitted == choice.model.fit(given.now.histories())
    assert model in choice.verdict
    held_out = [trial.held_out for trial in choice.trials if trial.held_out is not None]
    assert held_out == sorted(held_out, reverse=True)
    assert [trial.model for trial in choice.trials if not trial.closed_form] == ["pareto_nbd"]


def test_the_held_out_evidence_is_that_of_the_later_days_under_the_earlier_parameters(
    sample: Open,
) -> None:
    given = sample("apparel")

    trial = choose(given.then, given.now, given.now.histories()).trials[0]

    fitted = MBG_NBD.fit(given.histories)
    both = [
        MBG_NBD.log_likelihood(fitted, each.repeats, each.last, each.age).sum()
        for each in (given.now, given.then)
    ]
    assert trial.held_out == pytest.approx(both[0] - both[1])
    assert both[1] == pytest.approx(fitted.log_likelihood)


def test_without_gaps_the_even_models_say_what_they_lack(sample: Open) -> None:
    given = sample("apparel")
    then, now = (Records(each.repeats, each.last, each.age) for each in (given.then, given.now))

    choice = choose(then, now, now.histories())

    lacking = [trial for trial in choice.trials if trial.missing is not None]
    assert {trial.model for trial in lacking} == {"mbg_cnbd_2", "mbg_cnbd_3", "mbg_cnbd_4"}
    assert all("log_gaps" in str(trial.missing) for trial in lacking)


def test_a_tie_leaves_the_default_where_it_is(sample: Open) -> None:
    given = sample("cdnow_sample")

    choice = choose(
        given.then, given.now, given.now.histories(), candidates=(BG_NBD, MBG_NBD, PARETO_NBD)
    )

    # MBG/NBD is 5.5 better with an error of 4.1: that displaces; Pareto/NBD as default stays
    # behind by 8.4 with an error of 7.4.
    assert choice.model == MBG_NBD
    stays = choose(
        given.then, given.now, given.now.histories(), candidates=(BG_NBD, PARETO_NBD)
    )
    assert stays.model == BG_NBD


def test_records_of_other_customers_are_refused(sample: Open) -> None:
    given = sample("apparel")

    with pytest.raises(Exception, match="same customers"):
        choose(given.now, given.then, given.histories)


def test_a_base_nobody_came_back_to_chooses_nothing() -> None:
    zero, age = np.zeros(50, np.int64), np.full(50, 100)
    then = Records(zero, zero, age, zero.astype(float))
    now = Records(zero, zero, age + 50, zero.astype(float))

    with pytest.raises(NoFit, match="second day"):
        choose(then, now, now.histories())
