"""The range of a whole base: parameters and chance, tried on bases whose future is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from regulars.engine.models import (
    MBG_NBD,
    PARETO_NBD,
    Fitted,
    Histories,
    Spends,
    base_value,
    cnbd,
    expected_spend,
    fit_gamma_gamma,
)
from regulars.engine.models.horizon import expected_purchases

RATE, STOP, SPEND = (0.9, 6.0), (0.7, 2.5), (4.0, 3.8, 60.0)


def _live(customers: int, seed: int, *, k: int = 1) -> dict[str, np.ndarray]:
    """Live 40 weeks and 26 more; x, t_x, T, mean repeat spend, later money, log gaps."""
    random = np.random.default_rng(seed)
    rate = random.gamma(RATE[0], 1 / RATE[1], customers) * k / 7
    p = random.beta(*STOP, customers)
    nu = random.gamma(SPEND[1], 1 / SPEND[2], customers)
    now, x, last, money, later, gaps = (np.zeros(customers) for _ in range(6))
    alive = random.random(customers) >= p
    while alive.any():
        who = np.flatnonzero(alive)
        gap = random.gamma(k, 1 / rate[who])
        now[who] += gap
        paid = random.gamma(SPEND[0], 1 / nu[who])
        early, done = now[who] <= 280, now[who] > 280 + 182
        x[who[early]] += 1
        last[who[early]] = now[who[early]]
        money[who[early]] += paid[early]
        gaps[who[early]] += np.log(gap[early])
        middle = ~early & ~done
        later[who[middle]] += paid[middle]
        alive[who] = (random.random(len(who)) >= p[who]) & ~done
    return {
        "x": x.astype(int),
        "last": last.astype(int),
        "age": np.full(customers, 280),
        "mean": money / np.maximum(x, 1),
        "later": later,
        "gaps": gaps,
    }


def _fit(rows: dict[str, np.ndarray], model: Any = MBG_NBD) -> tuple[Fitted, Fitted]:
    histories = Histories.of(rows["x"], rows["last"], rows["age"], rows["gaps"])
    return model.fit(histories), fit_gamma_gamma(Spends.of(rows["x"], rows["mean"]))


def _value(rows: dict[str, np.ndarray], fits: Any, model: Any = MBG_NBD, **more: Any) -> Any:
    columns = (rows[name] for name in ("x", "last", "age", "mean"))
    given = {"months": 182 / (365 / 12), "discount_rate": 0.0} | more
    return base_value(model, *fits, *columns, **given)


def test_the_range_holds_what_really_came_as_often_as_it_says() -> None:
    inside = []
    for seed in range(25):
        rows = _live(800, seed)
        value = _value(rows, _fit(rows))
        inside.append(value.low <= rows["later"].sum() <= value.high)

    assert 0.60 <= np.mean(inside) <= 0.96


def test_the_total_is_the_sum_of_the_customers() -> None:
    rows = _live(2000, seed=1)
    fitted, spend = fits = _fit(rows)

    value = _value(rows, fits)

    purchases = expected_purchases(
        MBG_NBD, fitted, rows["x"], rows["last"], rows["age"], weeks=26
    )
    each = purchases * expected_spend(spend, rows["x"], rows["mean"])
    assert value.total == pytest.approx(each.sum(), rel=1e-9)


def test_the_delta_method_agrees_with_draws_from_the_asymptotic_normal() -> None:
    rows = _live(2000, seed=2)
    fits = _fit(rows)
    value = _value(rows, fits)
    random = np.random.default_rng(0)

    totals = [_total(rows, *(_drawn(each, random) for each in fits)) for _ in range(150)]

    assert np.log(totals).std() == pytest.approx(value.parameter_error, rel=0.2)


def _total(rows: dict[str, np.ndarray], fitted: Fitted, spend: Fitted) -> float:
    times = (rows["x"], rows["last"], rows["age"])
    purchases = expected_purchases(MBG_NBD, fitted, *times, weeks=26)
    return float(purchases @ expected_spend(spend, rows["x"], rows["mean"]))


def _drawn(fitted: Fitted, random: np.random.Generator) -> Fitted:
    place = np.array(list(fitted.parameters.values()))
    spread = np.array(fitted.covariance) / np.outer(place, place)
    moved = place * np.exp(random.multivariate_normal(np.zeros(len(place)), spread))
    return replace(fitted, parameters=dict(zip(fitted.parameters, moved, strict=True)))


def test_the_chance_is_that_of_simulated_futures() -> None:
    """Customers who all have bought twice, for 30 a time, drawn from what is known of them."""
    names, money = ("r", "alpha", "a", "b"), ("p", "q", "v")
    truth = dict(zip(names, (*RATE, *STOP), strict=True))
    fitted = Fitted("mbg_nbd", truth, {}, 0.0, "week", 0, True, ())
    spend = replace(fitted, parameters=dict(zip(money, SPEND, strict=True)))
    x, last, age, mean = (np.full(50, each) for each in (2, 200, 280, 30.0))
    random, size = np.random.default_rng(3), 400_000
    alive = random.random(size) < MBG_NBD.p_alive(fitted, [2], [200], [280])[0]
    rate = random.gamma(RATE[0] + 2, 1 / (RATE[1] + 40), size)
    stays = random.geometric(random.beta(STOP[0], STOP[1] + 3, size))
    visits = np.minimum(random.poisson(rate * 26), stays) * alive
    nu = random.gamma(SPEND[0] * 2 + SPEND[1], 1 / (SPEND[2] + 60.0), size)
    came = np.where(visits > 0, random.gamma(SPEND[0] * np.maximum(visits, 1)) / nu, 0.0)

    rows = {"x": x, "last": last, "age": age, "mean": mean}
    value = _value(rows, (fitted, spend))

    assert value.total == pytest.approx(50 * came.mean(), rel=0.01)
    relative = came.std() / came.mean() / np.sqrt(50)
    assert value.chance_error == pytest.approx(relative, rel=0.02)


def test_a_larger_base_is_surer_in_both_ways() -> None:
    small, large = (_live(customers, seed=3) for customers in (1500, 13_500))

    one, other = _value(small, _fit(small)), _value(large, _fit(large))

    assert other.parameter_error == pytest.approx(one.parameter_error / 3, rel=0.35)
    assert other.chance_error == pytest.approx(one.chance_error / 3, rel=0.35)


def test_a_sample_stands_for_the_whole_base() -> None:
    rows = _live(4000, seed=4)
    fits = _fit(rows)

    one, other = _value(rows, fits), _value(rows, fits, share=0.25)

    assert other.total == pytest.approx(4 * one.total)
    assert other.chance_error == pytest.approx(one.chance_error / 2)
    assert other.parameter_error == pytest.approx(one.parameter_error)


@pytest.mark.parametrize("model", [PARETO_NBD, cnbd(2)], ids=lambda model: model.name)
def test_other_models_give_their_range_as_well(model: Any) -> None:
    rows = _live(4000, seed=5, k=2 if model is not PARETO_NBD else 1)

    value = _value(rows, _fit(rows, model), model, level=0.98)

    assert value.low < rows["later"].sum() < value.high


def test_margin_and_level_scale_and_widen() -> None:
    rows = _live(1500, seed=6)
    fits = _fit(rows)

    plain, other = _value(rows, fits), _value(rows, fits, margin=0.3, level=0.95)

    assert other.total == pytest.approx(0.3 * plain.total)
    assert other.high / other.total > plain.high / plain.total


def test_a_flat_likelihood_leaves_chance_only() -> None:
    rows = _live(1500, seed=7)
    fitted, spend = _fit(rows)

    value = _value(rows, (replace(fitted, covariance=None), spend))

    assert value.parameter_error is None
    assert value.low < value.total < value.high
