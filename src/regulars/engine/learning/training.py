"""From a plain table with an outcome to calibrated probabilities, or the word that none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.engine.learning.calibration import base_rate_of
from regulars.engine.learning.choosing import METHODS, calibrate, candidates, parts
from regulars.engine.learning.judgement import Judgement, judge
from regulars.engine.learning.leakage import KnownAt, refuse_leaks
from regulars.engine.learning.model import Fact, Model, typical_of
from regulars.engine.learning.scorecard import Scorecard
from regulars.engine.learning.sheet import BadTable, Ints, Sheet

# Of either outcome. With fewer, five parts hold ten each and no interval means anything.
FEWEST_OF_EACH = 50


@dataclass(frozen=True)
class Trained:
    """A model, and how good it proved to be.

    Attributes
    ----------
    model
        Of the chosen method; of no method, giving everybody the base rate, where there is
        no signal or not enough data.
    chosen
        `logistic`, `boosting` or `base_rate`.
    methods
        By method, its judgement on rows it had not seen, calibrated without them. Empty
        where there was not enough data.
    settings
        By method, the strength of the ridge or the number of trees.
    verdict
        One sentence for a person.
    """

    model: Model
    chosen: str
    methods: Mapping[str, Judgement]
    settings: Mapping[str, float]
    verdict: str

    @property
    def quality(self) -> Judgement | None:
        """The judgement of the method with the lowest log loss; None without one."""
        if not self.methods:
            return None
        return min(self.methods.values(), key=lambda each: each.log_loss)

    def to_dict(self) -> dict[str, Any]:
        """Give the quality as plain values for JSON, without the model."""
        return {
            "chosen": self.chosen,
            "methods": {name: each.to_dict() for name, each in self.methods.items()},
            "settings": dict(self.settings),
            "verdict": self.verdict,
        }


def train(
    table: pa.Table,
    *,
    outcome: str,
    happened: object = True,
    key: str | None = None,
    features: Sequence[str] | None = None,
    facts: Sequence[Fact] = (),
    known_at: Mapping[str, KnownAt] | None = None,
    as_of: date | None = None,
    methods: Sequence[str] = METHODS,
    seed: int = 0,
) -> Trained:
    """Learn an outcome from a table with one row per customer.

    Logistic regression (one-hot, scaled) and gradient boosting (native words and missing
    values) are cross-validated in five parts, calibrated by sigmoid or isotonic curve on
    rows they had not seen, and the one with the lower log loss is taken. The settings are
    chosen on the same parts, which flatters the figures by a few thousandths.

    Parameters
    ----------
    table
        Numbers, booleans, dates and strings; nulls where missing. The order of rows changes
        nothing.
    outcome
        Column of what is forecast. Rows where it is null are left out.
    happened
        Its value that counts as the outcome; True fits booleans and 0/1.
    key
        Column that names the customer; rows of the same one stay in one part.
    features
        Columns to learn from; None takes all but outcome and key.
    facts
        Features that are explained as one.
    known_at
        By feature, when its value was recorded: a date, `"before"` or `"after"` the
        outcome. What is declared `"before"` is not searched for leaks.
    as_of
        The day on which the forecast would have been made; what was recorded later is
        refused.
    methods
        Any of `logistic`, `boosting`.
    seed
        Of the parts.

    Raises
    ------
    BadTable
        where columns are missing or of a kind that cannot be learned from, or no row has an
        outcome.
    Leak
        where a feature knows the outcome; see `leakage`.

    Examples
    --------
    >>> silence = [float(day % 60) for day in range(600)]
    >>> left = [day % 60 > 30 and day % 7 != 0 for day in range(600)]
    >>> table = pa.table({"silence": silence, "left": left})
    >>> found = train(table, outcome="left", known_at={"silence": "before"})
    >>> found.quality.auc > 0.9, found.quality.signal
    (True, True)
    >>> few = train(table.slice(0, 100), outcome="left")
    >>> few.verdict
    'Not enough data: 32 with the outcome; at least 50 are needed, so 18 more.'
    """
    names = [name for name in features or table.column_names if name not in (outcome, key)]
    table = _in_order(table, outcome, key, names)
    hit = _happened(table, outcome, happened)
    sheet = Sheet.of(table, names)
    if not names:
        raise BadTable("There is no feature to learn from; give at least one more column.")
    few = _too_few(hit)
    if few is not None:
        return _nothing(hit, few)
    refuse_leaks(sheet, hit, known_at=known_at or {}, as_of=as_of, seed=seed)
    keys = table[key].to_pylist() if key is not None else None
    return _learn(sheet, hit, parts(hit, keys=keys, seed=seed), facts, methods, seed)


def _learn(
    sheet: Sheet,
    hit: Ints,
    part: Ints,
    facts: Sequence[Fact],
    methods: Sequence[str],
    seed: int,
) -> Trained:
    tried = {
        each.method: each for each in candidates(sheet, hit, part, methods=methods, seed=seed)
    }
    curves = {name: calibrate(each.scores, hit, part) for name, each in tried.items()}
    judged = {name: judge(unseen, hit) for name, (_, unseen) in curves.items()}
    best = min(judged, key=lambda name: judged[name].log_loss)
    settings = {name: each.setting for name, each in tried.items()}
    if not judged[best].signal:
        return Trained(
            _flat(hit), "base_rate", judged, settings, verdict_of(best, judged[best])
        )
    card = tried[best].fit(sheet, hit, seed=seed)
    model = Model(best, card, curves[best][0], tuple(facts), typical_of(sheet))
    return Trained(model, best, judged, settings, verdict_of(best, judged[best]))


def verdict_of(method: str, found: Judgement) -> str:
    """Say in a sentence what a judgement means."""
    against = (
        f"log loss {found.log_loss:.4f} against {found.log_loss_naive:.4f} of the base rate"
    )
    if not found.signal:
        return (
            f"No signal: the AUC of the best method is {found.auc:.3f} "
            f"({found.auc_low:.3f} to {found.auc_high:.3f}), {against}; everybody gets the "
            f"base rate of {found.base_rate:.1%}."
        )
    return (
        f"The {method} model tells who will from who will not: AUC {found.auc:.3f} "
        f"({found.auc_low:.3f} to {found.auc_high:.3f}), {against}; the tenth with the highest "
        f"probability has {found.top_tenth_lift:.1f} times the average rate."
    )


def _too_few(hit: Ints) -> str | None:
    for count, name in ((int(hit.sum()), "with"), (int((1 - hit).sum()), "without")):
        if count < FEWEST_OF_EACH:
            return (
                f"Not enough data: {count} {name} the outcome; at least {FEWEST_OF_EACH} are "
                f"needed, so {FEWEST_OF_EACH - count} more."
            )
    return None


def _nothing(hit: Ints, reason: str) -> Trained:
    return Trained(_flat(hit), "base_rate", {}, {}, reason)


def _flat(hit: Ints) -> Model:
    return Model("base_rate", Scorecard(0.0, {}, ()), base_rate_of(hit), (), {})


def _in_order(table: pa.Table, outcome: str, key: str | None, names: list[str]) -> pa.Table:
    wanted = [*names, outcome, *([key] if key is not None else [])]
    lacking = [name for name in wanted if name not in table.column_names]
    if lacking:
        raise BadTable(
            f"There is no column {', '.join(lacking)}; the table has "
            f"{', '.join(table.column_names)}. Correct the name."
        )
    table = table.select(wanted)
    table = table.filter(table[outcome].is_valid())
    if table.num_rows == 0:
        raise BadTable(f"No row has a value in {outcome}, so there is nothing to learn from.")
    plain = _plain(table)
    first = [key] if key is not None else []
    return plain.sort_by([(name, "ascending") for name in [*first, *names, outcome]])


def _plain(table: pa.Table) -> pa.Table:
    """Decode dictionaries, whose order depends on how they were made."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(
                place, field.name, table[field.name].cast(field.type.value_type)
            )
    return table


def _happened(table: pa.Table, outcome: str, value: object) -> Ints:
    found = table[outcome].to_pylist()
    hit = np.array([each == value for each in found], dtype=np.int64)
    kinds = sorted({str(each) for each in found})
    if not hit.any() and len(kinds) > 1:
        raise BadTable(
            f"No row has {value!r} in {outcome}; it holds {', '.join(kinds[:5])}. "
            "Name the value that counts as the outcome with happened=."
        )
    return hit
