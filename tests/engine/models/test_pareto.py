"""Pareto/NBD against its published figures, its hypergeometric form and simulated lives."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.special import gammaln, hyp2f1

from regulars.engine.models import PARETO_NBD, Fitted, Histories, NoFit
from regulars.engine.models.horizon import expected_purchases, outlook
from regulars.engine.models.pareto import _likelihood, _Rows
from regulars.engine.models.quadrature import log_late

# Fader & Hardie, CDNOW.
TRUE = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
KNOWN = Fitted("pareto_nbd", TRUE, {}, 0.0, "week", 0, True, ())


@pytest.fixture(scope="module")
def cdnow_fit(sample: Callable[[str], Any]) -> Fitted:
    return PARETO_NBD.fit(sample("cdnow_sample").histories)


def test_the_published_parameters_of_cdnow_are_found(cdnow_fit: Fitted) -> None:
    assert cdnow_fit.parameters == pytest.approx(TRUE, abs=1e-3)
    assert cdnow_fit.log_likelihood == pytest.approx(-9594.976, abs=1e-3)
    assert cdnow_fit.converged
    assert cdnow_fit.at_boundary == ()


def test_the_published_standard_errors_are_found(cdnow_fit: Fitted) -> None:
    published = {"r": 0.0476264, "alpha": 0.8427222, "s": 0.1872594, "beta": 6.2105448}

    assert cdnow_fit.standard_errors == pytest.approx(published, rel=1e-3)
    assert cdnow_fit.covariance is not None
    assert np.sqrt(np.diag(cdnow_fit.covariance)) == pytest.approx(
        list(published.values()), rel=1e-3
    )


def test_a_frequent_customer_is_expected_as_published(cdnow_fit: Fitted) -> None:
    # R package BTYD: 26 purchases, the last in week 30.86 of 31, 52 weeks ahead.
    frequent = ([26], [216], [217])

    found = expected_purchases(PARETO_NBD, cdnow_fit, *frequent, weeks=52)

    assert found == pytest.approx([25.46], abs=0.01)
    assert PARETO_NBD.p_alive(cdnow_fit, *frequent) == pytest.approx([0.9979], abs=1e-4)


def test_the_likelihood_is_the_published_hypergeometric_form() -> None:
    random = np.random.default_rng(1)
    age = random.integers(30, 300, 200)
    x = random.integers(0, 6, 200)
    last = np.where(x > 0, (age * random.uniform(0.1, 0.9, 200)).astype(int), 0)
    for alpha, beta in ((10.578, 11.669), (9.0, 4.0)):
        known = Fitted(
            "pareto_nbd", TRUE | {"alpha": alpha, "beta": beta}, {}, 0, "", 0, True, ()
        )

        found = PARETO_NBD.log_likelihood(known, x, last, age)

        assert found == pytest.approx(
            _published(known.parameters, x, last / 7, age / 7), rel=1e-9
        )


def _published(found: Any, x: Any, t_x: Any, T: Any) -> np.ndarray:
    """Fader & Hardie (2005), for both orders of alpha and beta."""
    r, alpha, s, beta = (found[name] for name in TRUE)
    high, low = max(alpha, beta), min(alpha, beta)
    second = s + 1 if alpha >= beta else r + x

    def term(t: Any) -> np.ndarray:
        z = (high - low) / (high + t)
        return np.asarray(
            hyp2f1(r + s + x, second, r + s + x + 1, z) / (high + t) ** (r + s + x)
        )

    whole = (alpha + T) ** -(r + x) * (beta + T) ** -s
    whole = whole + s / (r + s + x) * (term(t_x) - term(T))
    first = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return np.asarray(first + np.log(whole))


def test_the_integral_is_exact_over_the_whole_range_of_parameters() -> None:
    """Against Gauss sums on sixty short pieces."""
    random = np.random.default_rng(0)
    for _ in range(60):
        r, alpha, s, beta = np.exp(
            random.uniform(np.log([0.02, 0.05, 0.02, 0.05]), np.log([20, 300, 20, 300]))
        )
        until = random.uniform(1, 300)
        since = random.uniform(0, until) * (random.random() < 0.7)
        n = r + random.integers(0, int(since * 7) + 1)
        one = np.ones(1)

        found = log_late(n * one, s, alpha * one, beta * one, since * one, until * one)

        exact = _pieces(n, alpha, s, beta, since, until)
        assert found[0] == pytest.approx(exact, abs=1e-10)


def _pieces(n: float, alpha: float, s: float, beta: float, since: float, until: float) -> float:
    points, weights = np.polynomial.legendre.leggauss(40)
    edges = np.append(0.0, np.geomspace((until - since) * 1e-9, until - since, 60))
    whole = 0.0
    for low, high in pairwise(edges):
        u = low + (high - low) * (points + 1) / 2
        shape = -n * np.log1p(u / (alpha + since)) - s * np.log1p(u / (beta + since))
        whole += (high - low) / 2 * float(weights @ (np.exp(shape) * s / (beta + since + u)))
    return float(np.log(whole) - n * np.log(alpha + since) - s * np.log(beta + since))


def test_the_slope_and_the_bend_are_those_of_the_likelihood() -> None:
    rows = _Rows.of(_simulate(3000, seed=5)[0])
    place = np.array([0.4, 7.0, 0.9, 5.0])
    _, slope, bend = _likelihood(rows, place)

    for at in range(4):
        step = np.zeros(4)
        step[at] = 1e-5 * place[at]
        up, down = _likelihood(rows, place + step), _likelihood(rows, place - step)
        assert slope[at] == pytest.approx((up[0] - down[0]) / (2 * step[at]), rel=1e-6)
        assert bend[at] == pytest.approx((up[1] - down[1]) / (2 * step[at]), rel=1e-5)


def _simulate(
    customers: int, *, seed: int, weeks: float = 40.0, ahead: float = 30.0
) -> tuple[Histories, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    rate = random.gamma(TRUE["r"], 1 / TRUE["alpha"], customers)
    life = random.exponential(1 / random.gamma(TRUE["s"], 1 / TRUE["beta"], customers))
    seen = np.minimum(life, weeks)
    x = random.poisson(rate * seen)
    # The last of x even times in `seen` is the largest of x uniform numbers.
    last = seen * np.where(x > 0, random.random(customers) ** (1 / np.maximum(x, 1)), 0.0)
    left = np.clip(life - weeks, 0.0, ahead)
    later = random.poisson(rate * left)
    days = np.rint(last * 7).astype(int)
    age = np.full(customers, int(weeks * 7))
    return Histories.of(x, days, age), x, days, later, life > weeks


def test_parameters_that_made_the_data_are_found_again() -> None:
    fitted = PARETO_NBD.fit(_simulate(40_000, seed=11)[0])

    for name, true in TRUE.items():
        error = fitted.standard_errors[name]
        assert error is not None
        assert abs(fitted.parameters[name] - true) < 4 * error


def test_the_forecast_is_what_a_simulation_brings() -> None:
    _, x, last, later, there = _simulate(150_000, seed=3)
    age = np.full(len(x), 280)

    found = expected_purchases(PARETO_NBD, KNOWN, x, last, age, weeks=30)
    alive = PARETO_NBD.p_alive(KNOWN, x, last, age)

    for group in (x >= 0, x == 0, x == 2, (x > 3) & (age - last > 100)):
        error = (found - later)[group].std() / np.sqrt(group.sum())
        assert abs((found - later)[group].mean()) < 3.5 * error
        assert alive[group].mean() == pytest.approx(there[group].mean(), abs=0.01)


def test_the_outlook_has_the_moments_of_a_simulation() -> None:
    random = np.random.default_rng(1)
    rate = random.gamma(TRUE["r"] + 4, 1 / (TRUE["alpha"] + 40), 400_000)
    life = random.exponential(1 / random.gamma(TRUE["s"], 1 / (TRUE["beta"] + 40), 400_000))
    visits = random.poisson(rate * np.minimum(life, 365 / 7))

    found = outlook(PARETO_NBD, KNOWN, [4], [280], months=12, discount_rate=0.1)

    assert found.expected[0] == pytest.approx(visits.mean(), rel=0.01)
    assert found.variance[0] == pytest.approx(visits.var(), rel=0.02)
    assert found.none[0] == pytest.approx((visits == 0).mean(), abs=0.004)
    assert found.expected[0] / 1.1 < found.discounted[0] < found.expected[0]


@pytest.mark.parametrize("s", [0.999999, 1.0, 2.0])
def test_whole_powers_of_the_lifetime_need_no_exception(s: float) -> None:
    known = Fitted("pareto_nbd", TRUE | {"s": s}, {}, 0.0, "week", 0, True, ())

    found = outlook(PARETO_NBD, known, [4], [280], months=12, discount_rate=0.0)

    near = Fitted("pareto_nbd", TRUE | {"s": s + 1e-5}, {}, 0.0, "week", 0, True, ())
    other = outlook(PARETO_NBD, near, [4], [280], months=12, discount_rate=0.0)
    assert found.expected == pytest.approx(other.expected, rel=1e-4)
    assert found.variance == pytest.approx(other.variance, rel=1e-4)


def test_silence_counts_against_everybody_also_who_came_once() -> None:
    once = PARETO_NBD.p_alive(KNOWN, [0] * 3, [0] * 3, [10, 100, 300])
    often = PARETO_NBD.p_alive(KNOWN, [5] * 4, [280, 200, 120, 50], [280] * 4)

    assert all(earlier > later for earlier, later in pairwise(once))
    assert all(earlier > later for earlier, later in pairwise(often))
    assert often[0] == pytest.approx(1.0)


def test_very_frequent_customers_do_not_overflow() -> None:
    random = np.random.default_rng(4)
    x = random.integers(300, 700, 500)
    last = 730 - random.integers(0, 60, 500)

    fitted = PARETO_NBD.fit(Histories.of(x, last, [730] * 500))
    found = outlook(PARETO_NBD, fitted, x, [730] * 500, months=36, discount_rate=0.1)

    assert np.isfinite(fitted.log_likelihood)
    assert fitted.parameters["r"] > 5
    for part in (found.expected, found.discounted, found.variance, found.none):
        assert np.isfinite(part).all()


def test_customers_who_never_leave_are_reported_at_the_boundary() -> None:
    random = np.random.default_rng(3)
    x = random.poisson(random.gamma(2.0, 0.02, 3000) * 300)
    last = 300 * np.where(x > 0, random.random(3000) ** (1 / np.maximum(x, 1)), 0.0)

    fitted = PARETO_NBD.fit(Histories.of(x, last, np.full(3000, 300)))

    assert fitted.at_boundary == ("s", "beta")
    assert PARETO_NBD.p_alive(fitted, [3], [200], [300])[0] > 0.9


def test_nobody_coming_twice_is_no_fit() -> None:
    with pytest.raises(NoFit, match="second day"):
        PARETO_NBD.fit(Histories.of([0] * 50, [0] * 50, range(50)))
