"""Learners recover a known effect, and say so when there is none to find."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.base.errors import BadInput
from regulars.engine.synthetic.experiment import Experiment, experiment
from regulars.engine.uplift import (
    compare_learners,
    cross_scores,
    fit_uplift,
    judge,
    policy_value,
    qini_curve,
    signals,
)
from regulars.engine.uplift.estimators import Base
from regulars.engine.uplift.learners import Learner

FAST: list[tuple[Learner, Base]] = [("t", "linear"), ("x", "linear"), ("response", "linear")]


@pytest.fixture(scope="module")
def drawn() -> Experiment:
    return experiment(16_000, seed=11, holdout=0.4, extra=0.25, spread=1.0)


def _treated(drawn: Experiment) -> np.ndarray:
    return np.array(drawn.customers["arm"].to_pylist()) == "treated"


@pytest.mark.parametrize("base", ["linear", "boosting"])
@pytest.mark.parametrize("learner", ["t", "x", "class_transformation"])
@pytest.mark.parametrize("metric", ["purchases", "bought"])
def test_every_learner_finds_the_true_effects(
    drawn: Experiment, learner: Learner, base: Base, metric: str
) -> None:
    outcome, truth = drawn.customers[metric].to_numpy(), drawn.truth[metric].to_numpy()

    model = fit_uplift(drawn.features(), _treated(drawn), outcome, learner=learner, base=base)
    scores = model.score(drawn.features())

    assert np.corrcoef(scores, truth)[0, 1] > 0.5
    assert scores.mean() == pytest.approx(truth.mean(), abs=0.05)


def test_x_stands_unequal_arms_better_than_t() -> None:
    off = {"t": 0.0, "x": 0.0}
    for seed in range(3):
        drawn = experiment(12_000, seed=seed, holdout=0.06, extra=0.25, spread=1.0)
        outcome, truth = drawn.customers["purchases"].to_numpy(), drawn.truth["purchases"]
        for learner in ("t", "x"):
            model = fit_uplift(
                drawn.features(), _treated(drawn), outcome, learner=learner, base="boosting"
            )
            error = model.score(drawn.features()) - truth.to_numpy()
            off[learner] += float((error**2).mean())

    assert off["x"] < 0.75 * off["t"]


@pytest.mark.parametrize("holdout", [0.15, 0.85])
def test_class_transformation_weighs_unequal_arms(holdout: float) -> None:
    drawn = experiment(20_000, seed=4, holdout=holdout, extra=0.3, spread=1.0)

    model = fit_uplift(
        drawn.features(),
        _treated(drawn),
        drawn.customers["bought"].to_numpy(),
        learner="class_transformation",
    )

    scores = model.score(drawn.features())
    assert scores.mean() == pytest.approx(drawn.effect("bought"), abs=0.04)


def test_the_error_of_the_qini_counts_whom_a_customer_pushes_down() -> None:
    rng = np.random.default_rng(12)
    found = []
    for _ in range(800):
        own, treated = 3 + 3 * rng.normal(size=600), rng.random(600) < 0.5
        baseline = 0.5 * own  # a perfect one: nothing but the sample of customers is left
        made = signals(own, treated, own * treated, share=0.5, baseline=baseline)
        found.append(judge(made))

    error = np.mean([(each.qini_high - each.qini) / 1.96 for each in found])
    assert error == pytest.approx(np.std([each.qini for each in found]), rel=0.12)


def test_nobody_is_scored_by_a_model_that_saw_him(drawn: Experiment) -> None:
    noise = np.random.default_rng(1).normal(size=4_000)
    w = _treated(drawn)[:4_000]

    seen = fit_uplift(drawn.features()[:4_000], w, noise, learner="t", base="boosting").score(
        drawn.features()[:4_000]
    )
    unseen = cross_scores(
        drawn.features()[:4_000], w, noise, learner="t", base="boosting", folds=3
    )

    assert judge(signals(seen, w, noise)).heterogeneous  # a learner flatters itself
    assert not judge(signals(unseen.effect, w, noise, fold=unseen.fold)).heterogeneous


def test_a_learner_is_chosen_and_the_usual_targeting_is_worse_than_chance(
    drawn: Experiment,
) -> None:
    found = compare_learners(
        drawn.features(),
        _treated(drawn),
        drawn.customers["purchases"].to_numpy(),
        learners=FAST,
        share=0.6,
        folds=3,
    )

    best = found.judged[0]
    usual = next(each for each in found.judged if each.name == "response/linear")
    assert found.best in ("t/linear", "x/linear")
    assert best.tenths[0].low > best.tenths[-1].high
    assert usual.qini < 0 < best.qini_low


def test_without_differences_nobody_is_targeted() -> None:
    for seed, extra in ((1, 0.0), (2, 0.3)):  # nothing works; it works on all alike
        drawn = experiment(8_000, seed=seed, holdout=0.5, extra=extra, spread=0.0)

        found = compare_learners(
            drawn.features(),
            _treated(drawn),
            drawn.customers["purchases"].to_numpy(),
            learners=FAST[:2],
            folds=3,
        )

        assert found.best is None
        assert found.sentence.startswith("No heterogeneity")


def test_the_same_experiment_gives_the_same_scores(drawn: Experiment) -> None:
    arguments = (drawn.features(), _treated(drawn), drawn.customers["bought"].to_numpy())

    one, two = (cross_scores(*arguments, base="boosting", folds=2) for _ in range(2))

    assert (one.effect == two.effect).all()


def test_missing_features_are_no_obstacle(drawn: Experiment) -> None:
    features = drawn.features()
    features[::3, 2] = np.nan

    for base in ("linear", "boosting"):
        model = fit_uplift(
            features, _treated(drawn), drawn.customers["bought"].to_numpy(), base=base
        )
        assert np.isfinite(model.score(features)).all()


def test_a_small_arm_is_refused() -> None:
    with pytest.raises(BadInput, match="100 customers"):
        fit_uplift(np.zeros((1_000, 1)), np.arange(1_000) < 100, np.zeros(1_000))


# ---- judging -------------------------------------------------------------------------


def test_the_qini_interval_holds_the_true_area_in_95_of_100_experiments() -> None:
    rng = np.random.default_rng(2)
    inside = {"knows": 0, "noise": 0}
    own = rng.normal(size=1_000_000)
    score = own + rng.normal(size=1_000_000)
    # E[own given score] orders by score/2, so the area is half that of N(0, 1/2) ranks.
    place = 1 - (np.argsort(np.argsort(score)) + 0.5) / len(score)
    truth = {"knows": float((own * (0.5 - place)).mean()), "noise": 0.0}
    for _ in range(500):
        own, treated = rng.normal(size=1_500), rng.random(1_500) < 0.3
        outcome = own * treated + rng.normal(size=1_500) + 2
        by = {"knows": own + rng.normal(size=1_500), "noise": rng.random(1_500)}
        for name, scores in by.items():
            found = judge(signals(scores, treated, outcome))
            inside[name] += found.qini_low < truth[name] < found.qini_high

    assert inside["knows"] / 500 == pytest.approx(0.95, abs=0.03)
    assert inside["noise"] / 500 == pytest.approx(0.95, abs=0.03)


def test_radcliffes_curve_is_the_plain_count() -> None:
    rng = np.random.default_rng(3)
    scores, treated = rng.integers(0, 40, 300), rng.random(300) < 0.4
    outcome = rng.random(300) < 0.3

    depth, gain = qini_curve(scores, treated, outcome)

    for level in np.unique(scores):
        chosen = scores >= level
        n1, n0 = (chosen & treated).sum(), (chosen & ~treated).sum()
        y1, y0 = outcome[chosen & treated].sum(), outcome[chosen & ~treated].sum()
        wanted = y1 - y0 * n1 / n0 if n0 else y1
        assert gain[depth == chosen.sum()][0] == pytest.approx(wanted)


def test_our_area_is_that_of_radcliffes_curve() -> None:
    rng = np.random.default_rng(4)
    own, treated = rng.normal(size=20_000), rng.random(20_000) < 0.5
    outcome = (rng.random(20_000) < 0.2 + 0.05 * own * treated).astype(float)

    found = judge(signals(own, treated, outcome))
    depth, gain = qini_curve(own, treated, outcome)
    x, y = depth / 20_000, gain / treated.sum()
    area = np.trapezoid(y, x) - y[-1] / 2

    assert found.qini == pytest.approx(area, rel=0.05)
    assert found.auuc == pytest.approx(np.trapezoid(y, x), rel=0.05)


def test_equal_scores_know_nothing_whatever_the_order_of_rows() -> None:
    rng = np.random.default_rng(5)
    treated, outcome = rng.random(2_000) < 0.5, np.sort(rng.random(2_000))

    found = judge(signals(np.ones(2_000), treated, outcome))

    assert found.qini == pytest.approx(0.0, abs=1e-12)
    assert not found.heterogeneous


def test_tenths_hold_everybody_once() -> None:
    rng = np.random.default_rng(6)
    treated = rng.random(5_003) < 0.5

    found = judge(signals(rng.random(5_003), treated, rng.random(5_003)))

    assert sum(each.treated_n + each.control_n for each in found.tenths) == 5_003
    assert [each.tenth for each in found.tenths] == list(range(1, 11))


# ---- whom to treat -------------------------------------------------------------------


def _signals(effect: np.ndarray, seed: int = 7) -> object:
    rng = np.random.default_rng(seed)
    treated = rng.random(len(effect)) < 0.5
    outcome = effect * treated + rng.normal(size=len(effect))
    return signals(effect + 0.01 * rng.normal(size=len(effect)), treated, outcome)


@pytest.mark.parametrize(
    ("mean", "spread", "cost", "decision"),
    [
        (0.5, 1.0, 0.5, "part"),
        (2.0, 0.1, 0.5, "all"),
        (0.0, 0.05, 1.0, "nobody"),
        (0.5, 0.0, 0.49, "not_proved"),
    ],
)
def test_the_decision_follows_from_effect_and_cost(
    mean: float, spread: float, cost: float, decision: str
) -> None:
    effect = mean + spread * np.random.default_rng(8).normal(size=12_000)

    found = policy_value(_signals(effect), margin=1.0, cost=cost)  # type: ignore[arg-type]

    assert found.decision == decision
    assert found.sentence.endswith(".")


def test_the_value_of_a_depth_is_the_true_one() -> None:
    effect = 0.5 + np.random.default_rng(9).normal(size=40_000)
    ordered = np.sort(effect)[::-1]

    found = policy_value(_signals(effect), margin=2.0, cost=1.0)  # type: ignore[arg-type]

    for depth in found.depths:
        chosen = ordered[: int(depth.share * 40_000)]
        assert depth.low < (2.0 * chosen - 1.0).sum() / 40_000 < depth.high
    assert found.depths[-1].over_all == 0.0


def test_a_policy_of_no_depth_is_refused() -> None:
    with pytest.raises(BadInput, match="no policy"):
        policy_value(_signals(np.ones(100)), margin=1.0, cost=1.0, shares=[0.0])  # type: ignore[arg-type]
