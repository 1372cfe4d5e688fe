"""BG/NBD and MBG/NBD against their published figures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from regulars.engine.models import BG_NBD, MBG_NBD, DropoutModel, Histories, NoFit
from regulars.engine.models.dropout_sums import Sums, likelihood
from regulars.engine.models.horizon import _beta_nodes, expected_purchases, outlook

BOTH = pytest.mark.parametrize("model", [BG_NBD, MBG_NBD], ids=lambda model: model.name)


@pytest.fixture(scope="module")
def rows(cdnow: pd.DataFrame) -> np.ndarray:
    """x, t_x, T of every customer as of 1997-09-30, in days, counted in plain Python."""
    until = pd.Timestamp("1997-09-30")
    histories = []
    for _, days in cdnow[cdnow["occurred_at"] <= until].groupby("customer_id")["occurred_at"]:
        own = sorted(set(days))
        histories.append((len(own) - 1, (own[-1] - own[0]).days, (until - own[0]).days))
    return np.array(histories).T


@pytest.fixture(scope="module")
def histories(rows: np.ndarray) -> Histories:
    return Histories.of(*rows)


def test_bg_nbd_finds_the_published_parameters_of_cdnow(histories: Histories) -> None:
    fitted = BG_NBD.fit(histories)

    assert fitted.customers == 2357
    assert fitted.parameters == pytest.approx(
        {"r": 0.24259, "alpha": 4.41360, "a": 0.79292, "b": 2.42591}, abs=2e-5
    )
    assert fitted.log_likelihood == pytest.approx(-9582.4292, abs=1e-4)
    assert fitted.converged
    assert fitted.at_boundary == ()


def test_mbg_nbd_finds_the_published_parameters_of_cdnow(histories: Histories) -> None:
    fitted = MBG_NBD.fit(histories)

    assert fitted.parameters == pytest.approx(
        {"r": 0.52484, "alpha": 6.18309, "a": 0.89136, "b": 1.61400}, abs=2e-5
    )
    assert fitted.log_likelihood == pytest.approx(-9582.1357, abs=1e-4)


def test_a_customer_with_two_repeats_is_expected_to_come_as_often_as_published(
    histories: Histories,
) -> None:
    fitted = BG_NBD.fit(histories)

    # Fader, Hardie & Lee 2005: E[Y(39) | x=2, t_x=30.43, T=38.86] = 1.226.
    found = expected_purchases(BG_NBD, fitted, [2], [30.43 * 7], [272], weeks=39)

    assert found == pytest.approx([1.226], abs=5e-4)


def test_a_newcomer_is_expected_to_come_as_often_as_published(histories: Histories) -> None:
    fitted = BG_NBD.fit(histories)

    # Fader, Hardie & Lee 2005: E[X(t)] of a customer who has just bought first.
    published = {1 / 7: 0.0078, 1: 0.0532, 3: 0.1506, 223 / 7: 1.0405, 32: 1.0437, 78: 1.8576}
    for weeks, expected in published.items():
        found = expected_purchases(BG_NBD, fitted, [0], [0], [0], weeks=weeks)
        assert found == pytest.approx([expected], abs=4e-4)


@BOTH
def test_the_evidence_of_the_customers_sums_to_that_of_the_fit(
    model: DropoutModel, histories: Histories, rows: np.ndarray
) -> None:
    fitted = model.fit(histories)

    assert model.log_likelihood(fitted, *rows).sum() == pytest.approx(
        fitted.log_likelihood, rel=1e-12
    )


def test_the_covariance_holds_the_squares_of_the_standard_errors(histories: Histories) -> None:
    fitted = BG_NBD.fit(histories)

    assert np.sqrt(np.diag(fitted.covariance)) == pytest.approx(  # type: ignore[arg-type]
        list(fitted.standard_errors.values())
    )
    assert "covariance" not in fitted.to_dict()


@BOTH
def test_the_forecast_equals_the_published_closed_form(
    model: DropoutModel, histories: Histories, rows: np.ndarray
) -> None:
    fitted = model.fit(histories)
    x, t_x, age = rows

    for weeks in (1.0, 39.0, 156.4):
        found = expected_purchases(model, fitted, x, t_x, age, weeks=weeks)
        closed = _closed_form(model, fitted.parameters, x, age / 7, weeks)
        assert found == pytest.approx(closed * model.p_alive(fitted, x, t_x, age), rel=1e-10)


def _closed_form(
    model: DropoutModel, found: object, x: np.ndarray, age: np.ndarray, t: float
) -> np.ndarray:
    r, alpha, a, b = found.values()  # type: ignore[attr-defined]  # a mapping
    m = x + model.chances_before_repeat
    top = a + b + m - 1
    z = t / (alpha + age + t)
    series = hyp2f1(r + x, b + m, top, z)
    return np.asarray(top / (a - 1) * (1 - (1 - z) ** (r + x) * series))


@BOTH
def test_the_slope_and_the_bend_are_those_of_thelikelihood(
    model: DropoutModel, histories: Histories
) -> None:
    sums = Sums.of(histories, model.chances_before_repeat)
    place = np.array([0.4, 5.0, 0.9, 2.1])
    _, slope, bend = likelihood(sums, place)

    for k in range(4):
        step = np.zeros(4)
        step[k] = 1e-5 * place[k]
        up, down = likelihood(sums, place + step), likelihood(sums, place - step)
        assert slope[k] == pytest.approx((up[0] - down[0]) / (2 * step[k]), rel=1e-5)
        assert bend[k] == pytest.approx((up[1] - down[1]) / (2 * step[k]), rel=1e-4, abs=1e-3)


@BOTH
def test_parameters_that_made_the_data_are_found_again(model: DropoutModel) -> None:
    histories = _simulate(model, customers=40_000, seed=7)

    fitted = model.fit(histories)

    for name, true in {"r": 0.6, "alpha": 4.0, "a": 0.8, "b": 2.5}.items():
        error = fitted.standard_errors[name]
        assert error is not None
        assert abs(fitted.parameters[name] - true) < 4 * error


def _simulate(model: DropoutModel, *, customers: int, seed: int) -> Histories:
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(customers):
        age = int(random.integers(100, 400))
        rate, p = random.gamma(0.6, 1 / 4.0) / 7, random.beta(0.8, 2.5)
        x, now, last = 0, 0.0, 0.0
        alive = model.chances_before_repeat == 0 or random.random() >= p
        while alive and (now := now + random.exponential(1 / rate)) < age:
            x, last, alive = x + 1, now, random.random() >= p
        rows.append((x, round(last), age))
    return Histories.of(*np.array(rows).T)


def test_one_time_buyers_are_alive_for_certain_only_in_bg_nbd(histories: Histories) -> None:
    old = ([0], [0], [272])

    assert BG_NBD.p_alive(BG_NBD.fit(histories), *old) == pytest.approx([1.0])
    assert MBG_NBD.p_alive(MBG_NBD.fit(histories), *old)[0] < 0.6


@BOTH
def test_p_alive_falls_with_silence(model: DropoutModel, histories: Histories) -> None:
    fitted = model.fit(histories)
    silences = model.p_alive(fitted, [3] * 5, [270, 200, 150, 100, 50], [272] * 5)

    assert all(earlier > later for earlier, later in pairwise(silences))
    assert np.all((silences > 0) & (silences < 1))


def test_nobody_coming_twice_is_no_fit() -> None:
    once = Histories.of([0] * 50, [0] * 50, range(50))

    with pytest.raises(NoFit, match="second day"):
        MBG_NBD.fit(once)


def test_too_few_customers_are_no_fit() -> None:
    with pytest.raises(NoFit, match="too few"):
        MBG_NBD.fit(Histories.of([1, 2], [5, 6], [10, 10]))


def test_impossible_histories_are_refused_with_what_to_check() -> None:
    with pytest.raises(NoFit, match="before they bought first"):
        MBG_NBD.fit(Histories.of([1] * 30, [50] * 30, [10] * 30))


def test_customers_who_never_stop_are_reported_at_the_boundary() -> None:
    random = np.random.default_rng(3)
    rows = []
    for rate in random.gamma(2.0, 0.02, 3000):
        times = np.cumsum(random.exponential(1 / rate, 60))
        times = times[times < 300]
        rows.append((len(times), int(times[-1]) if len(times) else 0, 300))

    fitted = MBG_NBD.fit(Histories.of(*np.array(rows).T))

    assert "a" in fitted.at_boundary
    assert fitted.parameters["r"] != 0.5  # the start value


def test_very_frequent_customers_do_not_overflow() -> None:
    random = np.random.default_rng(4)
    x = random.integers(300, 700, 500)
    last = 730 - random.integers(0, 60, 500)

    fitted = MBG_NBD.fit(Histories.of(x, last, [730] * 500))
    found = outlook(MBG_NBD, fitted, x, [730] * 500, months=36, discount_rate=0.1)

    assert np.isfinite(fitted.log_likelihood)
    for part in (found.expected, found.discounted, found.variance, found.none):
        assert np.isfinite(part).all()


def test_the_outlook_has_the_moments_of_a_simulation(histories: Histories) -> None:
    fitted = MBG_NBD.fit(histories)
    r, alpha, a, b = fitted.parameters.values()
    random = np.random.default_rng(1)
    rate = random.gamma(r + 2, 1 / (alpha + 272 / 7), 400_000)
    p = random.beta(a, b + 3, 400_000)
    bought = np.minimum(random.poisson(rate * 365 / 7), random.geometric(p))

    found = outlook(MBG_NBD, fitted, [2], [272], months=12, discount_rate=0.1)

    assert found.expected[0] == pytest.approx(bought.mean(), rel=0.01)
    assert found.variance[0] == pytest.approx(bought.var(), rel=0.03)
    assert found.none[0] == pytest.approx((bought == 0).mean(), abs=0.005)
    assert found.expected[0] / 1.1 < found.discounted[0] < found.expected[0]


@pytest.mark.parametrize(("a", "b"), [(0.5, 2.0), (1e-5, 3.0), (0.9, 1e6), (1e5, 1e5)])
def test_the_points_of_the_mean_over_beta_give_its_moments(a: float, b: float) -> None:
    p, weights = _beta_nodes(a, b)

    assert weights.sum() == pytest.approx(1.0)
    assert p @ weights == pytest.approx(a / (a + b), rel=1e-8)
    second = a * (a + 1) / ((a + b) * (a + b + 1))
    assert p**2 @ weights == pytest.approx(second, rel=1e-8)
