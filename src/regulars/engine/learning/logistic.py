"""Logistic regression, kept as a scorecard: every weight can be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engine.learning.scorecard import (
    Coding,
    Curve,
    Line,
    Scorecard,
    Term,
    signed_log,
)
from regulars.engine.learning.sheet import Floats, Ints, Sheet

# Words rarer than this, or beyond the 40 most frequent, are "other".
FEWEST_OF_LEVEL = 10
MOST_LEVELS = 40
# Beyond this skewness a number enters by its logarithm: money and counts have long tails.
SKEWED = 2.0


def levels_of(sheet: Sheet, feature: str) -> tuple[str, ...]:
    """Give the words that are frequent enough to have a place of their own, sorted."""
    counted = sheet.words[feature].drop_null().value_counts().to_pylist()
    often = sorted((-each["counts"], each["values"]) for each in counted)[:MOST_LEVELS]
    return tuple(sorted(word for count, word in often if -count >= FEWEST_OF_LEVEL))


def fit_logistic(sheet: Sheet, happened: Ints, *, strength: float = 0.1) -> Scorecard:
    """Fit weights to standardised numbers and one-hot words, with a ridge.

    Parameters
    ----------
    sheet
        Rows of training. Numbers with a skewness beyond 2 enter by signed logarithm; what
        is missing gets a weight of its own.
    happened
        0 or 1 by row; both must occur.
    strength
        Inverse of the ridge (scikit-learn's C), > 0.

    Returns
    -------
    Scorecard
        of lines and curves, centred on these rows

    Examples
    --------
    >>> import pyarrow as pa
    >>> sheet = Sheet.of(pa.table({"silence": [float(day) for day in range(40)]}))
    >>> card = fit_logistic(sheet, (np.arange(40) >= 20).astype(np.int64))
    >>> card.terms[0].feature, card.terms[0].weight > 0
    ('silence', True)
    """
    from sklearn.linear_model import LogisticRegression

    parts = _parts(sheet)
    columns = np.column_stack([part.columns for part in parts])
    model = LogisticRegression(C=strength, max_iter=2_000, tol=1e-8)
    model.fit(columns, happened)
    weights = model.coef_[0].astype(np.float64)
    ends = np.cumsum([part.columns.shape[1] for part in parts])
    terms = [
        part.term(each) for part, each in zip(parts, np.split(weights, ends[:-1]), strict=True)
    ]
    baseline = float(model.intercept_[0]) + float(columns.mean(axis=0) @ weights)
    codings = {part.feature: part.coding for part in parts if part.coding is not None}
    return Scorecard(baseline, codings, tuple(terms))


@dataclass(frozen=True)
class _Part:
    """The columns that one feature becomes."""

    feature: str
    columns: Floats
    coding: Coding | None = None
    centre: float = 0.0
    spread: float = 1.0
    log: bool = False

    def term(self, weights: Floats) -> Term:
        usual = float(self.columns.mean(axis=0) @ weights)
        if self.coding is not None:
            return Curve(self.feature, weights - usual)
        weight = float(weights[0]) / self.spread
        # A missing value stands at the centre and adds its own weight.
        missing = float(weights[1]) - usual if len(weights) > 1 else -usual
        centre = self.centre + usual / weight if weight else self.centre
        return Line(self.feature, weight, centre, missing, self.log)


def _parts(sheet: Sheet) -> list[_Part]:
    numbers = [_number(name, values) for name, values in sheet.numbers.items()]
    return numbers + [_word(sheet, name) for name in sheet.words]


def _number(feature: str, values: Floats) -> _Part:
    gaps = np.isnan(values)
    known = values[~gaps]
    if len(known) == 0:
        return _Part(feature, np.zeros((len(values), 1)))
    log = abs(_skewness(known)) > SKEWED
    level = signed_log(values) if log else values
    known = level[~gaps]
    centre, spread = float(known.mean()), float(known.std())
    spread = spread if spread > 1e-12 * max(1.0, abs(centre)) else 1.0
    z = np.where(gaps, 0.0, (level - centre) / spread)
    columns = np.column_stack([z, gaps]) if gaps.any() else z[:, None]
    return _Part(feature, columns, None, centre, spread, log)


def _skewness(known: Floats) -> float:
    off = known - known.mean()
    spread = float(np.sqrt((off**2).mean()))
    return float((off**3).mean()) / spread**3 if spread > 0 else 0.0


def _word(sheet: Sheet, feature: str) -> _Part:
    coding = Coding(levels=levels_of(sheet, feature))
    codes = coding.codes(sheet, feature)
    return _Part(feature, np.eye(coding.places)[codes], coding)
