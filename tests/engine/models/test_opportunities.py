"""BG/BB against the published donations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln

from regulars.base.errors import BadInput
from regulars.engine.models import BG_BB, Fitted, Histories, NoFit
from regulars.engine.models.opportunities import _likelihood, _Terms

TRUE = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
KNOWN = Fitted("bg_bb", TRUE, {}, 0.0, "period", 0, True, ())


@pytest.fixture(scope="module")
def donations(public_data: Path) -> Histories:
    rows = pd.read_csv(public_data / "cdnow" / "donations.csv").to_numpy().T
    return Histories(*rows)


def test_the_published_parameters_of_the_donations_are_found(donations: Histories) -> None:
    fitted = BG_BB.fit(donations)

    assert fitted.customers == 11_104
    assert fitted.parameters == pytest.approx(TRUE, abs=1e-3)
    assert fitted.log_likelihood == pytest.approx(-33225.581, abs=1e-3)
    assert fitted.converged
    assert all(error is not None for error in fitted.standard_errors.values())


def test_the_next_five_years_bring_as_many_gifts_as_published(donations: Histories) -> None:
    fitted = BG_BB.fit(donations)
    rows = (donations.repeats, donations.last, donations.age)

    found = BG_BB.expected(fitted, *rows, periods=5) @ donations.customers

    assert found == pytest.approx(12884.2, abs=0.1)


def test_givers_are_there_next_year_as_published(donations: Histories) -> None:
    # Never gave, gave twice until year 4, gave until last year (Fader, Hardie & Shang 2010).
    alive = BG_BB.p_alive(BG_BB.fit(donations), [0, 2, 6], [0, 4, 6], [6, 6, 6])

    assert alive == pytest.approx([0.11, 0.59, 0.93], abs=5e-3)


def test_as_many_give_never_and_always_as_published(donations: Histories) -> None:
    counts = BG_BB.counts(BG_BB.fit(donations), periods=6) * 11_104

    assert counts.sum() == pytest.approx(11_104)
    assert counts[0] == pytest.approx(3454.9, abs=0.05)
    assert counts[6] == pytest.approx(1253.1, abs=0.05)


def test_the_likelihood_is_the_sum_over_all_times_of_leaving() -> None:
    rows = [(0, 0, 5), (2, 3, 5), (5, 5, 5), (1, 1, 8)]

    found = BG_BB.log_likelihood(KNOWN, *np.array(rows).T)

    assert found == pytest.approx([_by_hand(*row) for row in rows], rel=1e-12)


def _by_hand(x: int, t_x: int, n: int) -> float:
    alpha, beta, gamma, delta = TRUE.values()
    alive = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n)
    left = [
        betaln(alpha + x, beta + t_x - x + i) + betaln(gamma + 1, delta + t_x + i)
        for i in range(n - t_x)
    ]
    whole = np.exp([alive, *left]).sum()
    return float(np.log(whole) - betaln(alpha, beta) - betaln(gamma, delta))


def _simulate(customers: int, periods: int, ahead: int, seed: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    p = random.beta(TRUE["alpha"], TRUE["beta"], customers)
    stays = random.geometric(random.beta(TRUE["gamma"], TRUE["delta"], customers)) - 1
    acts = random.random((customers, periods + ahead)) < p[:, None]
    acts &= np.arange(periods + ahead) < stays[:, None]
    seen = acts[:, :periods]
    last = np.where(seen.any(axis=1), periods - seen[:, ::-1].argmax(axis=1), 0)
    return seen.sum(axis=1), last, acts[:, periods:].sum(axis=1), stays > periods


def test_the_forecast_is_what_a_simulation_brings() -> None:
    x, last, later, there = _simulate(200_000, 8, 6, seed=1)
    n = np.full(len(x), 8)

    found = BG_BB.expected(KNOWN, x, last, n, periods=6)
    alive = BG_BB.p_alive(KNOWN, x, last, n)

    for group in (x >= 0, x == 0, (x == 3) & (last == 5), last == 8):
        error = (found - later)[group].std() / np.sqrt(group.sum())
        assert abs((found - later)[group].mean()) < 3.5 * error
        spread = (alive - there)[group].std() / np.sqrt(group.sum())
        assert abs((alive - there)[group].mean()) < 3.5 * spread + 1e-12


def test_parameters_that_made_the_data_are_found_again() -> None:
    x, last, _, _ = _simulate(40_000, 10, 1, seed=2)

    fitted = BG_BB.fit(Histories.of(x, last, np.full(len(x), 10)))

    for name, true in TRUE.items():
        error = fitted.standard_errors[name]
        assert error is not None
        assert abs(fitted.parameters[name] - true) < 4 * error


def test_the_slope_and_the_bend_are_those_of_the_likelihood() -> None:
    x, last, _, _ = _simulate(500, 7, 1, seed=3)
    terms = _Terms.of(x, last, np.full(500, 7))
    weight, place = np.ones(500), np.array([1.1, 0.8, 0.5, 2.0])
    _, slope, bend = _likelihood(terms, weight, place)

    for at in range(4):
        step = np.zeros(4)
        step[at] = 1e-5 * place[at]
        up, down = (_likelihood(terms, weight, place + by) for by in (step, -step))
        assert slope[at] == pytest.approx((up[0] - down[0]) / (2 * step[at]), rel=1e-6)
        assert bend[at] == pytest.approx((up[1] - down[1]) / (2 * step[at]), rel=1e-5)


def test_more_actions_than_periods_are_refused() -> None:
    with pytest.raises(BadInput, match="whole periods"):
        BG_BB.p_alive(KNOWN, [4], [3], [6])
    with pytest.raises(BadInput, match="whole periods"):
        BG_BB.fit(Histories.of([4] * 30, [3] * 30, [6] * 30))


def test_nobody_coming_back_is_no_fit() -> None:
    with pytest.raises(NoFit, match="later period"):
        BG_BB.fit(Histories.of([0] * 30, [0] * 30, [6] * 30))
