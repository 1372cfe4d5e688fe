"""Hillstrom's e-mail experiment: its twelve figures, and whom the e-mails worked on."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.engine.uplift import (
    balance,
    compare_learners,
    difference_of_means,
    difference_of_rates,
    fit_uplift,
    judge,
    sample_ratio,
    signals,
)

from .conftest import Hillstrom

MENS, WOMENS, NONE = "Mens E-Mail", "Womens E-Mail", "No E-Mail"


@pytest.mark.parametrize(
    ("segment", "metric", "points"),
    [
        (MENS, "visit", (7.659, 6.995, 8.322)),
        (MENS, "conversion", (0.681, 0.500, 0.861)),
        (WOMENS, "visit", (4.523, 3.889, 5.157)),
        (WOMENS, "conversion", (0.311, 0.150, 0.472)),
    ],
)
def test_the_lift_of_rates(
    hillstrom: Hillstrom, segment: str, metric: str, points: tuple[float, ...]
) -> None:
    one, two = hillstrom.moments(segment), hillstrom.moments(NONE)
    counts = [(round(arm.total(metric)), arm.n) for arm in (one, two)]

    wald = difference_of_rates(treated=counts[0], control=counts[1], method="wald")
    score = difference_of_rates(treated=counts[0], control=counts[1])

    found = [100 * each for each in (wald.difference, wald.low, wald.high)]
    assert found == pytest.approx(points, abs=0.0011)
    # With arms of 21,000 the ways of computing agree.
    assert (score.low, score.high) == pytest.approx((wald.low, wald.high), abs=5e-5)


@pytest.mark.parametrize(
    ("segment", "figures"), [(MENS, (0.770, 0.485, 1.055)), (WOMENS, (0.424, 0.169, 0.680))]
)
def test_the_lift_of_spend(
    hillstrom: Hillstrom, segment: str, figures: tuple[float, ...]
) -> None:
    found = difference_of_means(hillstrom.moments(segment), hillstrom.moments(NONE), "spend")

    assert (found.difference, found.low, found.high) == pytest.approx(figures, abs=0.0006)


def test_the_arms_may_be_compared(hillstrom: Hillstrom) -> None:
    parts, counts = np.unique(hillstrom.segment, return_counts=True)
    sizes = dict(zip(parts.tolist(), counts.tolist(), strict=True))

    assert not sample_ratio(sizes, dict.fromkeys(sizes, 1 / 3)).alarm
    for segment in (MENS, WOMENS):
        found = balance(
            hillstrom.moments(segment), hillstrom.moments(NONE), hillstrom.covariates
        )
        assert found.p_value > 0.05
        assert found.notable == ()


def test_the_past_hardly_helps_rates(hillstrom: Hillstrom) -> None:
    found = difference_of_means(
        hillstrom.moments(MENS),
        hillstrom.moments(NONE),
        "visit",
        covariates=hillstrom.covariates,
    )

    assert 0.95 < found.variance_left < 0.99


def test_a_half_learns_whom_the_womens_mail_works_on_and_the_other_half_agrees(
    hillstrom: Hillstrom,
) -> None:
    features, treated, kept = hillstrom.against_none(WOMENS)
    visit = hillstrom.columns["visit"][kept]
    first = np.random.default_rng(1).random(len(visit)) < 0.5

    model = fit_uplift(features[first], treated[first], visit[first], learner="x")
    found = judge(
        signals(model.score(features[~first]), treated[~first], visit[~first], share=0.5)
    )

    assert found.heterogeneous
    assert found.qini == pytest.approx(0.0075, abs=0.003)
    effects = [each.effect for each in found.tenths]
    assert np.mean(effects[:5]) > 0.06 > 0.03 > np.mean(effects[5:])


def test_nobody_is_targeted_by_what_the_mens_mail_does(hillstrom: Hillstrom) -> None:
    features, treated, kept = hillstrom.against_none(MENS)

    found = compare_learners(
        features,
        treated,
        hillstrom.columns["visit"][kept],
        learners=[("t", "linear"), ("x", "linear"), ("class_transformation", "linear")],
        share=0.5,
        folds=3,
    )

    assert found.best is None
    assert "Treat all or nobody" in found.sentence
