"""Pooling gives the published figures, holds its promise and draws the uncertain in."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.base.errors import BadInput
from regulars.engine.uplift import pool

# Colditz et al. 1994, thirteen trials of the BCG vaccine: cases and others, vaccinated and not.
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ],
    dtype=float,
)


def _log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    effect = np.log(a / (a + b)) - np.log(c / (c + d))
    return effect, np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_the_published_figures_of_the_bcg_trials() -> None:
    # As printed in the documentation of the R package metafor (Viechtbauer 2010).
    found = pool(*_log_risk_ratios(), method="dersimonian_laird")

    assert found.q == pytest.approx(152.2330, abs=1e-3)
    assert found.spread**2 == pytest.approx(0.3088, abs=1e-4)
    assert found.share_between == pytest.approx(0.9212, abs=1e-4)
    assert found.mean == pytest.approx(-0.7141, abs=1e-4)
    assert found.fixed == pytest.approx(-0.4303, abs=1e-4)
    assert found.spread_low**2 == pytest.approx(0.1197, abs=1e-4)
    assert found.spread_high**2 == pytest.approx(1.1115, abs=1e-4)


def test_the_interval_is_hartungs_and_knapps_but_never_narrower_than_the_plain_one() -> None:
    effect, error = _log_risk_ratios()
    calm = 0.02 * effect  # hardly any difference: chance would make the interval too short

    found = pool(effect, error, method="dersimonian_laird")
    close = pool(calm, error, method="dersimonian_laird")

    weights = 1 / (error**2 + found.spread**2)
    factor = (weights * (effect - found.mean) ** 2).sum() / 12
    assert factor > 1
    assert found.standard_error == pytest.approx((factor / weights.sum()) ** 0.5)
    assert found.high - found.mean == pytest.approx(2.178813 * found.standard_error)
    assert close.standard_error == pytest.approx((1 / error**2).sum() ** -0.5)


def test_paule_and_mandels_spread_makes_q_what_it_should_be() -> None:
    effect, error = _log_risk_ratios()

    found = pool(effect, error)

    weights = 1 / (error**2 + found.spread**2)
    assert found.spread**2 == pytest.approx(0.3181, abs=1e-4)
    assert (weights * (effect - found.mean) ** 2).sum() == pytest.approx(12.0, abs=1e-6)


@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_the_mean_lies_in_95_of_100_intervals_even_of_six_campaigns(spread: float) -> None:
    rng = np.random.default_rng(1)
    errors = np.array([0.5, 0.6, 0.8, 1.0, 1.4, 2.0])

    inside = next_inside = 0
    for _ in range(300):
        true = 2.0 + spread * rng.normal(size=7)
        found = pool(true[:6] + errors * rng.normal(size=6), errors)
        inside += found.low < 2.0 < found.high
        assert found.next_low is not None
        assert found.next_high is not None
        next_inside += found.next_low < true[6] < found.next_high

    assert inside / 300 >= 0.92
    assert next_inside / 300 >= 0.90


def test_shrunken_values_are_closer_to_the_truth_than_their_own() -> None:
    rng = np.random.default_rng(2)
    errors = rng.uniform(0.5, 3.0, 200)
    true = rng.normal(1.0, 0.8, 200)

    found = pool(true + errors * rng.normal(size=200), errors)

    own = np.array([each.own for each in found.single])
    drawn = np.array([each.value for each in found.single])
    assert found.spread == pytest.approx(0.8, abs=0.25)
    assert ((drawn - true) ** 2).mean() < 0.35 * ((own - true) ** 2).mean()
    inside = [each.low < t < each.high for each, t in zip(found.single, true, strict=True)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.04)


def test_equal_campaigns_are_pooled_as_one() -> None:
    found = pool([1.0, 1.0, 1.0], [0.5, 0.5, 0.5], names=["a", "b", "c"])

    assert (found.spread, found.share_between, found.mean) == (0.0, 0.0, 1.0)
    assert found.low < found.fixed_low  # three campaigns know little of a spread
    assert [each.name for each in found.single] == ["a", "b", "c"]


def test_one_campaign_cannot_be_pooled() -> None:
    with pytest.raises(BadInput, match="two or more"):
        pool([1.0], [0.5])


def test_an_error_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="leave that experiment out"):
        pool([1.0, 2.0], [0.5, 0.0])
