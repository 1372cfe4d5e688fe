"""Probabilities are measured against published formulas and by brute force."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.intervals import wilson
from regulars.engine.learning import Calibration, Judgement, judge
from regulars.engine.learning.calibration import fit_isotonic, fit_sigmoid
from regulars.engine.learning.judgement import auc_with_interval


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=4, max_size=60))
def test_the_auc_is_the_share_of_pairs_in_the_right_order(
    rows: list[tuple[int, bool]],
) -> None:
    score = np.array([float(each) for each, _ in rows])
    left = np.array([int(gone) for _, gone in rows])
    if not 0 < left.sum() < len(left):
        return
    pairs = [(a > b) + 0.5 * (a == b) for a in score[left == 1] for b in score[left == 0]]

    auc, low, high = auc_with_interval(score, left)

    assert auc == pytest.approx(np.mean(pairs))
    assert 0.0 <= low <= auc <= high <= 1.0


def test_the_interval_holds_the_true_auc_95_times_of_100() -> None:
    random = np.random.default_rng(3)
    # Two normals one deviation apart: AUC = Phi(1 / sqrt 2).
    true, held = 0.7602, 0
    for _ in range(400):
        left = np.repeat([1, 0], [60, 140])
        score = random.normal(size=200) + left
        _, low, high = auc_with_interval(score, left)
        held += low <= true <= high
    assert 0.92 <= held / 400 <= 0.98


def test_wilson_has_its_golden_values() -> None:
    assert wilson(80, 100) == pytest.approx((0.7112, 0.8666), abs=5e-5)
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=5e-5)


def test_random_probabilities_have_no_signal() -> None:
    random = np.random.default_rng(5)
    left = (random.random(2_000) < 0.3).astype(np.int64)

    assert not judge(random.random(2_000), left).signal


def test_a_good_order_at_a_wrong_level_has_no_signal_either() -> None:
    random = np.random.default_rng(5)
    score = random.normal(size=3_000)
    left = (random.random(3_000) < 1 / (1 + np.exp(-score + 3))).astype(np.int64)

    found = judge(1 / (1 + np.exp(-score - 3)), left)

    assert found.auc > 0.6
    assert not found.signal


@pytest.mark.parametrize("fit", [fit_sigmoid, fit_isotonic])
def test_a_curve_finds_the_true_probabilities(fit: object) -> None:
    random = np.random.default_rng(11)
    score = random.normal(size=40_000) * 2.0
    true = 1 / (1 + np.exp(-(0.7 * score - 1.2)))
    left = (random.random(40_000) < true).astype(np.int64)

    curve = fit(score, left)  # type: ignore[operator]

    middle = np.abs(score) < 3.0
    off = np.abs(curve.probability(score) - true)[middle]
    assert off.mean() < 0.015
    assert curve.base_rate == left.mean()


def test_a_curve_never_falls_and_never_says_never() -> None:
    random = np.random.default_rng(13)
    score = np.round(random.normal(size=3_000), 2)
    left = (random.random(3_000) < 1 / (1 + np.exp(-4 * score))).astype(np.int64)

    chances = fit_isotonic(score, left).probability(np.linspace(-6, 6, 500))

    assert (np.diff(chances) > 0).all()
    assert chances.min() > 0.0
    assert chances.max() < 1.0


def test_points_along_the_curve_sum_to_the_difference() -> None:
    curve = Calibration(
        "isotonic", 0.3, 1.0, 0.0, scores=(-1.0, 0.0, 2.0), chances=(0.1, 0.2, 0.8)
    )
    score = np.array([-3.0, -0.2, 0.0, 0.5, 4.0])

    gained = curve.steepness(0.5, score) * (score - 0.5)

    expected = curve.probability(score) - curve.probability(np.array([0.5]))
    np.testing.assert_allclose(gained, expected, atol=1e-9)


def test_the_table_in_tenths_keeps_equal_probabilities_together() -> None:
    p = np.repeat([0.1, 0.2], [850, 150])
    left = np.tile([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 100)

    tenths = judge(p, left).calibration

    assert [each.rows for each in tenths] == [850, 150]
    assert tenths[0].rate == pytest.approx(0.1)
    assert tenths[0].rate_low < 0.1 < tenths[0].rate_high


def test_a_judgement_comes_back_from_json() -> None:
    random = np.random.default_rng(1)
    found = judge(random.random(200), random.integers(0, 2, 200))

    assert Judgement.from_dict(json.loads(json.dumps(found.to_dict()))) == found
