"""Whatever a model was trained as, it becomes a sum that says the same."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.learning import BadTable, Scorecard, Sheet
from regulars.engine.learning.boosting import fit_boosting
from regulars.engine.learning.logistic import fit_logistic
from regulars.engine.learning.scorecard import Curve, Line, Surface


@pytest.fixture(scope="module")
def rows() -> tuple[Sheet, np.ndarray]:
    random = np.random.default_rng(7)
    n = 2_000
    silence, spend = random.exponential(30.0, n), random.lognormal(4.0, 1.5, n)
    town = random.choice(["A", "B", "C"], n)
    # The town matters only to those who are silent: two features together.
    score = 0.05 * (silence - 30.0) * np.where(town == "A", 1.5, 0.2) - 0.2 * np.log(spend)
    left = (random.random(n) < 1 / (1 + np.exp(-score))).astype(np.int64)
    spend[random.random(n) < 0.1] = np.nan
    words = [None if lost else str(name) for lost, name in zip(spend > 500, town, strict=True)]
    table = pa.table({"silence": silence, "spend": spend, "town": words})
    return Sheet.of(table), left


def test_the_sum_of_a_forest_equals_its_own_score(rows: tuple[Sheet, np.ndarray]) -> None:
    sheet, left = rows
    forest = fit_boosting(sheet, left, trees=80)

    card = forest.scorecard(80)

    np.testing.assert_allclose(card.score(sheet), forest.staged(sheet, [80])[80], atol=1e-9)
    assert any(isinstance(term, Surface) for term in card.terms)


def test_words_never_seen_and_missing_values_are_scored_as_the_forest_does(
    rows: tuple[Sheet, np.ndarray],
) -> None:
    sheet, left = rows
    forest = fit_boosting(sheet, left, trees=50)
    table = pa.table(
        {"silence": [None, 5.0, 1e9], "spend": [-1e9, None, 3.0], "town": ["Z", None, "A"]}
    )
    strange = Sheet.of(table)

    own = forest.staged(strange, [50])[50]

    np.testing.assert_allclose(forest.scorecard(50).score(strange), own, atol=1e-9)


def test_the_weights_of_a_regression_give_its_own_score(
    rows: tuple[Sheet, np.ndarray],
) -> None:
    from sklearn.linear_model import LogisticRegression

    sheet, left = rows
    numbers = sheet.only(["silence"])
    z = (numbers.numbers["silence"] - numbers.numbers["silence"].mean())[:, None]
    z = z / numbers.numbers["silence"].std()
    own = LogisticRegression(C=1.0, tol=1e-10, max_iter=5_000).fit(z, left)

    card = fit_logistic(numbers, left, strength=1.0)

    if not card.terms[0].log:  # type: ignore[union-attr]
        np.testing.assert_allclose(card.score(numbers), own.decision_function(z), atol=1e-4)
    assert card.baseline == pytest.approx(card.score(numbers).mean())


@pytest.mark.parametrize("method", ["logistic", "boosting"])
def test_the_usual_row_stands_at_the_baseline(
    rows: tuple[Sheet, np.ndarray], method: str
) -> None:
    sheet, left = rows
    if method == "logistic":
        card = fit_logistic(sheet, left)
        for share in card.shares(sheet).values():
            assert share.mean() == pytest.approx(0.0, abs=1e-9)
    else:
        card = fit_boosting(sheet, left, trees=40).scorecard(40)
        for term in card.terms:
            if isinstance(term, Curve):
                codes = card.codings[term.feature].codes(sheet, term.feature)
                assert term.points[codes].mean() == pytest.approx(0.0, abs=1e-9)
    assert card.score(sheet).mean() == pytest.approx(card.baseline, abs=0.1)


def test_a_surface_is_shared_by_shapley(rows: tuple[Sheet, np.ndarray]) -> None:
    """Each share is the mean of adding the feature first and adding it last."""
    sheet, left = rows
    card = fit_boosting(sheet, left, trees=60).scorecard(60)
    surface = next(term for term in card.terms if isinstance(term, Surface))
    one, other = surface.features
    weights = [
        np.bincount(card.codings[name].codes(sheet, name), minlength=card.codings[name].places)
        / sheet.rows
        for name in (one, other)
    ]
    whole = surface.first + surface.second  # centred on the product of the margins

    first = (whole @ weights[1])[:, None]
    last = whole - (weights[0] @ whole)[None, :]

    np.testing.assert_allclose(surface.first, (first + last) / 2.0, atol=1e-9)
    assert weights[0] @ whole @ weights[1] == pytest.approx(0.0, abs=1e-9)


def test_a_scorecard_comes_back_from_json(rows: tuple[Sheet, np.ndarray]) -> None:
    sheet, left = rows
    for card in (
        fit_logistic(sheet, left),
        fit_boosting(sheet, left, trees=30).scorecard(30),
    ):
        back = Scorecard.from_dict(json.loads(json.dumps(card.to_dict())))
        np.testing.assert_array_equal(back.score(sheet), card.score(sheet))


def test_blocks_change_nothing() -> None:
    card = Scorecard(0.5, {}, (Line("x", 2.0, 1.0, missing=-3.0),))
    values = np.linspace(-5.0, 5.0, 150_000)
    values[::7] = np.nan

    score = card.score(Sheet(len(values), {"x": values}, {}))

    expected = np.where(np.isnan(values), 0.5 - 3.0, 0.5 + 2.0 * (values - 1.0))
    np.testing.assert_allclose(score, expected)


def test_a_missing_feature_is_named() -> None:
    card = Scorecard(0.0, {}, (Line("silence", 1.0, 0.0),))

    with pytest.raises(BadTable, match="lack silence"):
        card.score(Sheet.of(pa.table({"age": [1.0]})))


def test_a_column_of_lists_is_refused_by_name() -> None:
    with pytest.raises(BadTable, match="The column tags holds"):
        Sheet.of(pa.table({"tags": [["a"], ["b"]]}))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(-3, 3), min_size=2, max_size=20),
    st.floats(0.1, 3.0),
)
def test_the_sum_of_scorecards_is_the_scorecard_of_the_sum(
    values: list[float], by: float
) -> None:
    sheet = Sheet(len(values), {"x": np.array(values)}, {})
    one, other = (
        Scorecard(1.0, {}, (Line("x", 2.0, 0.3),)),
        Scorecard(-0.5, {}, (Line("x", -1.0, 0.1, log=True),)),
    )

    both = one.scaled(by).plus(other)

    np.testing.assert_allclose(both.score(sheet), by * one.score(sheet) + other.score(sheet))
