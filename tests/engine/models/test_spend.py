"""Gamma-gamma against its published figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regulars.engine.models import NoFit, Spends, expected_spend, fit_gamma_gamma
from regulars.engine.models.spend import correlation


@pytest.fixture(scope="module")
def repeat_spends(cdnow: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """x and the mean amount of repeat days, by customer in order of id."""
    known = cdnow[cdnow["occurred_at"] <= pd.Timestamp("1997-09-30")]
    days = known.groupby(["customer_id", "occurred_at"])["amount"].sum()
    pairs = []
    for _, amounts in days.groupby(level=0):
        repeats = amounts.to_numpy()[1:]
        pairs.append((len(repeats), repeats.mean() if len(repeats) else 0.0))
    x, mean = np.array(pairs).T
    return x, mean


def test_the_published_parameters_of_cdnow_are_found(
    repeat_spends: tuple[np.ndarray, np.ndarray],
) -> None:
    fitted = fit_gamma_gamma(Spends.of(*repeat_spends))

    assert fitted.customers == 946
    assert fitted.parameters == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=6e-3)
    assert fitted.log_likelihood == pytest.approx(-4055.9177, abs=1e-3)


def test_the_first_ten_customers_of_cdnow_are_expected_to_spend_as_published(
    repeat_spends: tuple[np.ndarray, np.ndarray],
) -> None:
    fitted = fit_gamma_gamma(Spends.of(*repeat_spends))
    x, mean = (each[:10] for each in repeat_spends)

    # lifetimes, from Hardie's note 025 (whose x counts what paid nothing as no purchase).
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert expected_spend(fitted, x, mean) == pytest.approx(published, abs=0.02)


def test_spend_in_cents_gives_the_same_shape_as_in_dollars(
    repeat_spends: tuple[np.ndarray, np.ndarray],
) -> None:
    x, mean = repeat_spends
    dollars, cents = (
        fit_gamma_gamma(Spends.of(x, mean)),
        fit_gamma_gamma(Spends.of(x, mean * 100)),
    )

    assert cents.parameters["p"] == pytest.approx(dollars.parameters["p"])
    assert cents.parameters["v"] == pytest.approx(dollars.parameters["v"] * 100)


def test_a_customer_without_repeats_gets_the_mean_of_the_company(
    repeat_spends: tuple[np.ndarray, np.ndarray],
) -> None:
    fitted = fit_gamma_gamma(Spends.of(*repeat_spends))
    p, q, v = fitted.parameters.values()

    found = expected_spend(fitted, [0, 0], [np.nan, 999.0])

    assert found == pytest.approx([p * v / (q - 1)] * 2)


def test_customers_who_all_spend_the_same_need_no_model() -> None:
    with pytest.raises(NoFit, match="the same"):
        fit_gamma_gamma(Spends.of([2] * 30, [10.0] * 30))


def test_a_fit_says_whether_spend_depends_on_frequency(
    repeat_spends: tuple[np.ndarray, np.ndarray],
) -> None:
    x, mean = repeat_spends
    stands = fit_gamma_gamma(Spends.of(x, mean))
    random = np.random.default_rng(2)
    x = random.integers(1, 20, 5000)
    falls = fit_gamma_gamma(Spends.of(x, x**0.5 * random.gamma(3, 10, 5000)))

    assert stands.correlation == pytest.approx(correlation(Spends.of(*repeat_spends)))
    assert "the model stands" in stands.verdict
    assert falls.correlation is not None
    assert falls.correlation > 0.25
    assert "too high. Do not trust it" in falls.verdict


def test_few_customers_do_not_condemn_a_model_by_chance() -> None:
    random = np.random.default_rng(5)
    x = random.integers(1, 4, 30)
    found = fit_gamma_gamma(Spends.of(x, x**0.2 * random.gamma(6, 10, 30)))

    assert found.correlation is not None
    assert "stands" in found.verdict


def test_those_who_never_repeated_are_valued_too_high_where_the_verdict_says_so() -> None:
    """What stands behind the threshold."""
    random = np.random.default_rng(1)
    rate = random.gamma(1.0, 3.0, 20_000)
    lean = (np.log(rate) - np.log(rate).mean()) / np.log(rate).std()
    noise = random.normal(size=20_000)
    x, later = random.poisson(rate), random.poisson(rate)
    off = {}
    for strength in (0.0, 0.45):
        spread = strength * lean + np.sqrt(1 - strength**2) * noise
        level = np.exp(3.5 + 0.6 * spread)
        shots = 4 * np.maximum(x, 1)
        mean = level * random.gamma(shots, 1 / shots)
        fitted = fit_gamma_gamma(Spends.of(x, mean))
        found = expected_spend(fitted, x, mean)
        once = x == 0
        off[fitted.verdict.startswith("Frequent")] = (later * found)[once].sum() / (
            later * level
        )[once].sum() - 1
        assert (later * found).sum() == pytest.approx((later * level).sum(), rel=0.03)

    assert abs(off[False]) < 0.10
    assert off[True] > 0.15


def test_correlation_shows_whether_frequent_customers_spend_more() -> None:
    random = np.random.default_rng(0)
    x = random.integers(1, 20, 5000)

    assert abs(correlation(Spends.of(x, random.gamma(3, 10, 5000)))) < 0.05
    assert correlation(Spends.of(x, x * random.gamma(3, 10, 5000))) > 0.5
