"""MBG/CNBD-k: even gaps, against its published formula, simulation and MBG/NBD."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy.special import betaln, gammaln, logsumexp

from regulars.base.errors import BadInput
from regulars.engine.models import MBG_NBD, Fitted, Histories, NoFit, cnbd
from regulars.engine.models.dropout_sums import Sums, _mixture_part, likelihood
from regulars.engine.models.horizon import (
    MONTH,
    _beta_nodes,
    _given_alive,
    expected_purchases,
    outlook,
)
from regulars.engine.models.regularity import bought, mixture, step_terms

TRUE = {"r": 1.33, "alpha": 2.8, "a": 0.42, "b": 0.79}
EVERY_K = pytest.mark.parametrize("k", [1, 2, 3, 4])


def _known(k: int) -> Fitted:
    return Fitted(cnbd(k).name, TRUE, {}, 0.0, "week", 0, True, ())


def _simulate(k: int, *, customers: int, days: int, ahead: int, seed: int) -> tuple[Any, ...]:
    """Live through gaps that are Erlang-k and chances to stop; x, t_x, log gaps, later x."""
    random = np.random.default_rng(seed)
    rate = random.gamma(TRUE["r"], 1 / TRUE["alpha"], customers) / 7
    p = random.beta(TRUE["a"], TRUE["b"], customers)
    x, last, now, gaps, later = (np.zeros(customers) for _ in range(5))
    alive = random.random(customers) >= p
    there = np.zeros(customers, dtype=bool)  # alive at the end of the days seen
    while alive.any():
        who = np.flatnonzero(alive)
        gap = random.gamma(k, 1 / rate[who])
        now[who] += gap
        there[who[now[who] > days]] = True
        early = now[who] <= days
        x[who[early]] += 1
        last[who[early]] = now[who[early]]
        gaps[who[early]] += np.log(gap[early])
        beyond = now[who] > days + ahead
        later[who[~early & ~beyond]] += 1
        alive[who] = (random.random(len(who)) >= p[who]) & ~beyond
    return x.astype(int), last, gaps, later, there


@EVERY_K
def test_the_likelihood_is_the_published_one(k: int) -> None:
    x, last, gaps, _, _ = _simulate(k, customers=300, days=200, ahead=1, seed=k)

    found = cnbd(k).log_likelihood(_known(k), x, last, np.full(300, 200), gaps)

    assert found == pytest.approx(_published(k, x, last / 7, 200 / 7, gaps), rel=1e-12)


def _published(k: int, x: Any, t_x: Any, T: float, gaps: Any) -> np.ndarray:
    """Reutterer, Platzer & Schroeder (2021), with every sum in logarithms."""
    r, alpha, a, b = TRUE.values()
    s = r + k * x
    with np.errstate(divide="ignore"):
        steps = [
            j * np.log(T - t_x)
            - math.lgamma(j + 1)
            + gammaln(s + j)
            - gammaln(r)
            - (s + j) * np.log(alpha + T)
            for j in range(k)
        ]
    alive = betaln(a, b + x + 1) - betaln(a, b) + logsumexp(steps, axis=0)
    left = betaln(a + 1, b + x) - betaln(a, b)
    left = left + gammaln(s) - gammaln(r) - s * np.log(alpha + t_x)
    in_weeks = gaps - x * math.log(7)
    moments = (k - 1) * in_weeks - x * math.lgamma(k)
    return np.asarray(moments + r * math.log(alpha) + np.logaddexp(alive, left))


def test_with_k_1_it_is_mbg_nbd(sample: Callable[[str], Any]) -> None:
    histories = sample("cdnow_sample").histories

    one, plain = cnbd(1).fit(histories), MBG_NBD.fit(histories)

    assert one.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert one.parameters == pytest.approx(plain.parameters, rel=1e-9)


def test_the_general_sums_with_k_1_are_those_of_mbg_nbd() -> None:
    x, last, gaps, _, _ = _simulate(1, customers=400, days=300, ahead=1, seed=2)
    histories = Histories.of(x, last, np.full(400, 300), gaps)
    sums, place = Sums.of(histories, 1), np.array([0.7, 5.0, 0.6, 1.9])
    r, alpha, a, b = (float(each) for each in place)
    log_day, over_day = np.log(alpha + sums.days), 1 / (alpha + sums.days)
    points = (sums.point_last, sums.point_age, sums.days, sums.point_customers)

    general = mixture(r + sums.point_x, log_day, over_day, *points, a, b + sums.point_x, 1)

    plain = _mixture_part(sums, place)
    for one, other in zip(general, plain, strict=True):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


@EVERY_K
def test_the_slope_and_the_bend_are_those_of_the_likelihood(k: int) -> None:
    x, last, gaps, _, _ = _simulate(k, customers=2000, days=300, ahead=1, seed=k)
    sums = Sums.of(Histories.of(x, last, np.full(2000, 300), gaps), 1, k)
    place = np.array([0.7, 5.0, 0.6, 1.9])
    _, slope, bend = likelihood(sums, place)

    for at in range(4):
        step = np.zeros(4)
        step[at] = 1e-5 * place[at]
        up, down = likelihood(sums, place + step), likelihood(sums, place - step)
        assert slope[at] == pytest.approx((up[0] - down[0]) / (2 * step[at]), rel=1e-5)
        assert bend[at] == pytest.approx((up[1] - down[1]) / (2 * step[at]), rel=1e-4, abs=1e-3)


@EVERY_K
def test_parameters_that_made_the_data_are_found_again(k: int) -> None:
    x, last, gaps, _, _ = _simulate(k, customers=20_000, days=364, ahead=1, seed=k)

    fitted = cnbd(k).fit(Histories.of(x, np.ceil(last), np.full(20_000, 364), gaps))

    for name, true in TRUE.items():
        error = fitted.standard_errors[name]
        assert error is not None
        assert abs(fitted.parameters[name] - true) < 4 * error


@EVERY_K
def test_the_forecast_is_what_a_simulation_brings(k: int) -> None:
    customers = 200_000
    x, last, _, later, there = _simulate(k, customers=customers, days=364, ahead=182, seed=k)
    age = np.full(customers, 364)

    found = expected_purchases(cnbd(k), _known(k), x, last, age, weeks=26)
    alive = cnbd(k).p_alive(_known(k), x, last, age)

    silent = age - last
    groups = [x == 0, x == 1, x == 2, (x > 4) & (silent < 30), (x > 4) & (silent > 60)]
    for group in (np.full(customers, True), *groups):
        error = (found - later)[group].std() / np.sqrt(group.sum())
        assert abs((found - later)[group].mean()) < 3.5 * error
        assert alive[group].mean() == pytest.approx(there[group].mean(), abs=0.012)


@EVERY_K
def test_the_outlook_has_the_moments_of_a_simulation(k: int) -> None:
    random, step = np.random.default_rng(k), k - 1
    s, p_alpha = TRUE["r"] + k * 3 + step, TRUE["alpha"] + 40
    rate = random.gamma(s, 1 / p_alpha, 400_000)
    p = random.beta(TRUE["a"], TRUE["b"] + 4, 400_000)
    steps = step + random.poisson(rate * 12 * MONTH)
    visits = np.minimum(steps // k, random.geometric(p))

    found = outlook(cnbd(k), _known(k), [3], [280], months=12, discount_rate=0.1, step=step)

    assert found.expected[0] == pytest.approx(visits.mean(), rel=0.01)
    assert found.variance[0] == pytest.approx(visits.var(), rel=0.02)
    assert found.none[0] == pytest.approx((visits == 0).mean(), abs=0.004)
    assert found.expected[0] / 1.1 < found.discounted[0] < found.expected[0]


@EVERY_K
def test_between_the_points_of_interpolation_nothing_is_lost(k: int) -> None:
    age = np.arange(20, 800, 7)
    for x in (0, 5, 50):
        place = TRUE["alpha"] + age / 7
        times = np.array([26.0])
        exact = _given_alive(cnbd(k), _known(k), float(x), place, times, np.ones(1), k - 1)

        found = outlook(
            cnbd(k),
            _known(k),
            np.full(len(age), x),
            age,
            months=26 / MONTH,
            discount_rate=0.0,
            step=k - 1,
        )

        assert found.expected == pytest.approx(exact[0], rel=1e-8)


def test_rare_and_sure_stops_are_as_exact_as_the_rest() -> None:
    """Both ways to sum agree where they meet, and no chance to stop is the mean of N / k."""
    c = np.array([0.01, 0.5, 3.0])
    for k in (2, 3, 4):
        near = np.array([1 - 1.0001e-3, 1 - 0.9999e-3])
        y, twice = bought(7.0, c, near, step=1, k=k)
        assert y[:, 0] == pytest.approx(y[:, 1], rel=1e-6, abs=1e-12)
        assert twice[:, 0] == pytest.approx(twice[:, 1], rel=1e-3, abs=1e-9)
        never, _ = bought(7.0, c, np.array([1e-12]), step=0, k=k)
        again, _ = bought(7.0, c, np.array([1e-6]), step=0, k=k)
        assert never == pytest.approx(again, rel=1e-4)


def test_chances_of_steps_sum_to_one_and_lean_with_silence() -> None:
    made = cnbd(3).steps_made(_known(3), [4, 4], [100, 60], [100, 100])

    assert made.sum(axis=0) == pytest.approx([1.0, 1.0])
    assert made[:, 0] == pytest.approx([1.0, 0.0, 0.0])
    assert made[2, 1] > 0.1


def test_a_query_scores_p_alive_as_the_arrays_do() -> None:
    """The formula for columns of a query: only sums, products and one power."""
    columns = {"x": [0, 3, 12], "last": [0, 150, 350], "age": [364, 300, 364]}
    table = ibis.memtable(pa.table(columns))
    r, alpha, a, b = TRUE.values()
    for k in (1, 2, 4):
        late, s = alpha + table.age / 7, r + k * table.x
        quiet = sum(step_terms(s, (table.age - table["last"]) / 7 / late, k))
        gone = a / (b + table.x) * (late / (alpha + table["last"] / 7)) ** s

        found = table.select(alive=quiet / (quiet + gone)).to_pyarrow()["alive"].to_numpy()

        expected = cnbd(k).p_alive(_known(k), *columns.values())
        assert found == pytest.approx(expected, rel=1e-12)


def test_another_k_is_refused() -> None:
    with pytest.raises(BadInput, match="k is 5"):
        cnbd(5)


def test_without_gaps_no_likelihood_is_made_up() -> None:
    x, last, _, _, _ = _simulate(2, customers=100, days=200, ahead=1, seed=1)

    with pytest.raises(NoFit, match="log_gaps"):
        cnbd(2).fit(Histories.of(x, last, np.full(100, 200)))


def test_very_frequent_customers_do_not_overflow_to_the_start_values() -> None:
    random = np.random.default_rng(4)
    x = random.integers(300, 700, 500)
    last = 730 - random.integers(0, 60, 500)
    gaps = x * np.log(last / x)

    for k in (2, 3, 4):
        fitted = cnbd(k).fit(Histories.of(x, last, [730] * 500, gaps))
        assert np.isfinite(fitted.log_likelihood)
        assert fitted.parameters["r"] > 5
        found = outlook(cnbd(k), fitted, x[:50], [730] * 50, months=36, discount_rate=0.1)
        for part in (found.expected, found.discounted, found.variance, found.none):
            assert np.isfinite(part).all()


def test_points_of_the_mean_are_enough_for_even_gaps() -> None:
    p, weights = _beta_nodes(TRUE["a"], TRUE["b"] + 4)
    y, _ = bought(9.0, np.array([1.3]), p, step=1, k=2)
    random = np.random.default_rng(0)
    draws = random.beta(TRUE["a"], TRUE["b"] + 4, 20_000)
    mean, _ = bought(9.0, np.array([1.3]), draws, step=1, k=2)

    assert (y @ weights)[0] == pytest.approx(mean.mean(), rel=0.01)
