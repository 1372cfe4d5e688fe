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


def test_correlation_shows_whether_frequent_customers_spend_more() -> None:
    random = np.random.default_rng(0)
    x = random.integers(1, 20, 5000)

    assert abs(correlation(Spends.of(x, random.gamma(3, 10, 5000)))) < 0.05
    assert correlation(Spends.of(x, x * random.gamma(3, 10, 5000))) > 0.5
