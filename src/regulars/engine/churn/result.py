"""What a forecast of churn gives back: a row per customer, a model, a quality card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.engine.backends import write_table
from regulars.engine.basis import Basis
from regulars.engine.churn.question import Question
from regulars.engine.churn.rows import Frame, sheet_of
from regulars.engine.learning import Judgement, Model, Tenth, reason_columns
from regulars.engine.learning.reasons import REASON
from regulars.engine.learning.sheet import Sheet
from regulars.engine.models import Fitted


@dataclass(frozen=True)
class ChurnModel:
    """All that is needed to forecast and explain again; goes to JSON and back.

    Attributes
    ----------
    model
        Scorecard, calibration, facts and what is usual.
    purchases
        MBG/NBD as of the date, whose opinion is one of the features; None without one.
    question
        What was asked.
    history_days
        Nobody counts as a customer for longer.
    """

    model: Model
    purchases: Fitted | None
    question: Question
    history_days: int

    def sheet(self, known: pa.Table, basis: Basis) -> Sheet:
        """Turn customers described by `columns.known_of` into features."""
        frame = Frame(self.question, basis, self.history_days)
        return sheet_of(known, frame, self.purchases)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "model": self.model.to_dict(),
            "purchases": self.purchases.to_dict() if self.purchases is not None else None,
            "question": self.question.to_dict(),
            "history_days": self.history_days,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ChurnModel:
        """Take up what `to_dict` gave."""
        asked, fitted = dict(stored["question"]), stored["purchases"]
        for name in ("contracts", "complaints"):
            asked[name] = tuple(asked[name]) if asked[name] is not None else None
        if fitted is not None:
            fitted = Fitted(**{**fitted, "at_boundary": tuple(fitted["at_boundary"])})
        return cls(
            Model.from_dict(stored["model"]), fitted, Question(**asked), stored["history_days"]
        )


@dataclass(frozen=True)
class ChurnCard:
    """The quality card: how far the probabilities can be trusted.

    Attributes
    ----------
    question, as_of
        What was asked, and when.
    judged_on
        The methods forecast the horizon from this date on, without knowing it; None where
        the history is too short.
    learned_on
        The dates they learned from, latest first.
    out_of_time
        Whether the probabilities judged were calibrated on a later date than the one learned
        from; else on other customers of the same dates.
    customers, not_asked
        How many have a probability, and how many have none because the question does not
        arise for them (already lost, no assets, no contract).
    sample_share
        Of the base that was learned from and judged, 0-1.
    methods
        By method, its judgement on `judged_on`.
    chosen
        The method in use: `boosting`, `logistic`, `p_alive`, `blend`, `recency`,
        `base_rate` where there is no signal, `none` without any probability.
    band_low, band_high
        At or below the first a probability is low, from the second on high.
    verdict
        One sentence for a person.
    """

    question: Question
    as_of: date
    judged_on: date | None
    learned_on: tuple[date, ...]
    out_of_time: bool
    customers: int
    not_asked: int
    sample_share: float
    methods: Mapping[str, Judgement]
    chosen: str
    band_low: float | None
    band_high: float | None
    verdict: str

    @property
    def quality(self) -> Judgement | None:
        """The judgement of the chosen method; of the best one where there is no signal."""
        if self.chosen in self.methods or not self.methods:
            return self.methods.get(self.chosen)
        return min(self.methods.values(), key=lambda each: each.log_loss)

    def of_hundred(self, probability: float) -> Tenth | None:
        """Find the tenth of customers with such a probability: of 100, `100 * rate` left.

        None where nothing was judged.
        """
        if self.quality is None:
            return None
        tenths = self.quality.calibration
        return next((each for each in tenths if probability <= each.high), tenths[-1])

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        plain = vars(self) | {"question": self.question.to_dict()}
        return plain | {
            "as_of": self.as_of.isoformat(),
            "judged_on": self.judged_on.isoformat() if self.judged_on else None,
            "learned_on": [each.isoformat() for each in self.learned_on],
            "methods": {name: each.to_dict() for name, each in self.methods.items()},
        }


@dataclass(frozen=True)
class Churn:
    """A forecast of who will leave.

    Attributes
    ----------
    customers
        Table, one row per customer known on the date:
        customer_id
        churn_probability : float64, 0-1; null where the question does not arise
        churn_band : string, low, medium or high; null likewise
        why : list of up to three structs (code : string, points : float64, value : float64,
        usual : float64), most important first; see `learning.Reason`
    card
        The quality card.
    model
        To explain single customers later; None where nobody has a probability.
    seconds
        Time of each step.
    """

    customers: ir.Table
    card: ChurnCard
    model: ChurnModel | None
    seconds: Mapping[str, float]

    def write(self, folder: Path | str) -> None:
        """Write `churn.parquet`, `churn.json` (the card) and `churn_model.json`."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        write_table(self.customers.order_by("customer_id"), target / "churn.parquet")
        (target / "churn.json").write_text(json.dumps(self.card.to_dict()), "utf-8")
        state = self.model.to_dict() if self.model is not None else None
        (target / "churn_model.json").write_text(json.dumps(state), "utf-8")


def scored(
    known: pa.Table, asked: pa.Table, model: ChurnModel | None, basis: Basis
) -> pa.Table:
    """Score those who are asked about, and put the others under them without a score."""
    ids = known["customer_id"].combine_chunks()
    if model is None:
        return _unscored(ids)
    sheet = model.sheet(asked, basis)
    probability = model.model.probability(sheet)
    found = pa.table(
        {
            "customer_id": asked["customer_id"].combine_chunks(),
            "churn_probability": probability.round(6),
            "churn_band": pa.array(model.model.bands(probability).tolist(), pa.string()),
            "why": reason_columns(model.model, sheet),
        }
    )
    rest = np.isin(ids.to_numpy(zero_copy_only=False), _values(asked), invert=True)
    return pa.concat_tables([found, _unscored(ids.filter(pa.array(rest)))])


def _values(table: pa.Table) -> Any:  # ids are int64 or strings
    return table["customer_id"].combine_chunks().to_numpy(zero_copy_only=False)


def _unscored(ids: pa.Array) -> pa.Table:
    nothing = {
        "churn_probability": pa.float64(),
        "churn_band": pa.string(),
        "why": pa.list_(REASON),
    }
    return pa.table(
        {"customer_id": ids, **{name: pa.nulls(len(ids), k) for name, k in nothing.items()}}
    )
