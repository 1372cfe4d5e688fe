"""Why this probability: what each fact adds to it, in percentage points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.engine.learning.model import Fact, Model
from regulars.engine.learning.sheet import Floats, Sheet

MOST = 3
# Less than half a percentage point is no reason.
FEWEST_POINTS = 0.5
# How reasons lie in Parquet: most important first.
REASON = pa.struct(
    [
        ("code", pa.string()),
        ("points", pa.float64()),
        ("value", pa.float64()),
        ("usual", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Reason:
    """One fact and what it did to a probability.

    Attributes
    ----------
    code
        Of the fact.
    points
        Percentage points it adds to the probability of the usual row, below 0 where it
        takes away. Over all facts they sum to the difference.
    value
        What this row has; None where missing.
    usual
        What it is compared with: the row's own usual value or that of the rows of training.
    """

    code: str
    points: float
    value: float | str | None
    usual: float | str | None


def facts_of(model: Model) -> tuple[Fact, ...]:
    """Give the facts behind a model: those it names, and each feature left over by itself."""
    used = set(model.scorecard.features)
    named = [fact for fact in model.facts if used & set(fact.features)]
    grouped = {feature for fact in named for feature in fact.features}
    alone = [Fact(name, (name,), name) for name in model.scorecard.features]
    return (*named, *(fact for fact in alone if fact.code not in grouped))


def points(model: Model, sheet: Sheet) -> dict[str, Floats]:
    """Give the percentage points of every fact for every row.

    Returns
    -------
    dict of float64 arrays by code of the fact
        `100 * probability` less `100 *` that of the usual row is their sum

    References
    ----------
    Aumann, R., Shapley, L. (1974), Values of non-atomic games: along the straight way from
    the usual row's score to this one's, every part of the score gains at the same rate.

    Examples
    --------
    >>> from regulars.engine.learning.calibration import Calibration
    >>> from regulars.engine.learning.scorecard import Line, Scorecard
    >>> card = Scorecard(0.0, {}, (Line("silence", 0.1, 20.0), Line("products", -1.0, 2.0)))
    >>> model = Model("logistic", card, Calibration("sigmoid", 0.5, 1.0), (), {})
    >>> sheet = Sheet.of(pa.table({"silence": [50.0], "products": [3.0]}))
    >>> {code: round(float(each[0]), 1) for code, each in points(model, sheet).items()}
    {'silence': 57.1, 'products': -19.0}
    """
    card = model.scorecard
    shares = card.shares(sheet)
    score = np.full(sheet.rows, card.baseline)
    for share in shares.values():
        score += share
    steep = model.calibration.steepness(card.baseline, score) * 100.0
    nothing = np.zeros(sheet.rows)
    return {
        fact.code: sum((shares.get(name, nothing) for name in fact.features), nothing) * steep
        for fact in facts_of(model)
    }


def reasons(model: Model, sheet: Sheet, *, most: int | None = None) -> list[list[Reason]]:
    """Say of each row why it has its probability, for a page of rows.

    Parameters
    ----------
    sheet
        The features the model was trained on, and those its facts show.
    most
        How many at most; None gives all facts that moved the probability.

    Returns
    -------
    list of lists of Reason
        by row, most important first, in both directions
    """
    facts, found = _ranked(model, sheet)
    return [
        [
            Reason(
                facts[place].code,
                float(found[row, place]),
                _value(sheet, facts[place].value, row),
                _usual(model, sheet, facts[place], row),
            )
            for place in _order(found[row], most or len(facts))
        ]
        for row in range(sheet.rows)
    ]


def reason_columns(model: Model, sheet: Sheet, *, most: int = MOST) -> pa.ListArray:
    """Say the same of very many rows, as a column for Parquet.

    Returns
    -------
    list of structs (code, points, value, usual) by row
        most important first; values are float64, null where missing or a word
    """
    facts, found = _ranked(model, sheet)
    if not facts:
        empty = pa.array(np.zeros(sheet.rows + 1), pa.int32())
        return pa.ListArray.from_arrays(empty, pa.array([], REASON))
    order = np.argsort(-np.abs(found), axis=1, kind="stable")[:, :most]
    rows = np.arange(sheet.rows)[:, None]
    moved = np.abs(found[rows, order]) >= FEWEST_POINTS
    ends = np.append(0, np.cumsum(moved.sum(axis=1)))
    places, row = order[moved], np.broadcast_to(rows, order.shape)[moved]
    values = np.column_stack([_numbers(model, sheet, fact)[0] for fact in facts])
    usual = np.column_stack([_numbers(model, sheet, fact)[1] for fact in facts])
    fields = [
        pa.array([fact.code for fact in facts]).take(pa.array(places)),
        pa.array(found[row, places].round(2)),
        _nullable(values[row, places]),
        _nullable(usual[row, places]),
    ]
    flat = pa.StructArray.from_arrays(fields, fields=list(REASON))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat)


def _ranked(model: Model, sheet: Sheet) -> tuple[tuple[Fact, ...], Floats]:
    facts = facts_of(model)
    if model.calibration.kind == "base_rate" or not facts:
        return (), np.zeros((sheet.rows, 0))
    by_code = points(model, sheet)
    return facts, np.column_stack([by_code[fact.code] for fact in facts])


def _order(row: Floats, most: int) -> list[int]:
    order = np.argsort(-np.abs(row), kind="stable")[:most]
    return [int(place) for place in order if abs(row[place]) >= FEWEST_POINTS]


def _value(sheet: Sheet, feature: str, row: int) -> float | str | None:
    if feature in sheet.words:
        word: str | None = sheet.words[feature][row].as_py()
        return word
    value = float(sheet.numbers[feature][row])
    return None if np.isnan(value) else value


def _usual(model: Model, sheet: Sheet, fact: Fact, row: int) -> float | str | None:
    own = _value(sheet, fact.usual, row) if fact.usual is not None else None
    return own if own is not None else model.typical.get(fact.usual or fact.value)


def _numbers(model: Model, sheet: Sheet, fact: Fact) -> tuple[Floats, Floats]:
    nothing = np.full(sheet.rows, np.nan)
    values = sheet.numbers.get(fact.value, nothing)
    typical = model.typical.get(fact.usual or fact.value)
    other = typical if isinstance(typical, float) else np.nan
    own = sheet.numbers.get(fact.usual, nothing) if fact.usual is not None else nothing
    return values, np.where(np.isnan(own), other, own)


def _nullable(values: Floats) -> pa.Array:
    return pa.array(values.round(4), mask=np.isnan(values))
