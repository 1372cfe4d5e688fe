"""A trained model as one frozen value: a scorecard, its calibration and what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.engine.learning.calibration import Calibration
from regulars.engine.learning.scorecard import Scorecard
from regulars.engine.learning.sheet import Floats, Sheet

BANDS = ("low", "medium", "high")
# High are odds of at least twice the average row's, low of at most half.
ODDS_OF_BAND = 2.0

Typical = Mapping[str, float | str | None]


@dataclass(frozen=True)
class Fact:
    """Features that a person understands as one thing.

    Attributes
    ----------
    code
        Of the fact, by which a page finds the words for it: `silence`.
    features
        What the fact adds is what these add together.
    value
        The feature that is shown for it.
    usual
        The row's own feature to compare it with, such as the own rhythm for a silence; None
        compares with the median (or most frequent word) of the rows of training.
    """

    code: str
    features: tuple[str, ...]
    value: str
    usual: str | None = None


@dataclass(frozen=True)
class Model:
    """Everything needed to score rows and to say why, without the library that trained it.

    Attributes
    ----------
    method
        `logistic`, `boosting`, or another name the trainer gave.
    scorecard, calibration
        From features to log-odds, from log-odds to probability.
    facts
        Features that no fact names are facts of their own.
    typical
        By feature, the median or the most frequent word of training; None where unknown.
    """

    method: str
    scorecard: Scorecard
    calibration: Calibration
    facts: tuple[Fact, ...]
    typical: Typical

    def probability(self, sheet: Sheet) -> Floats:
        """Give the probability of each row, float64, 0-1."""
        return self.calibration.probability(self.scorecard.score(sheet))

    @property
    def base_rate(self) -> float:
        """The share of rows with the outcome in training, 0-1."""
        return self.calibration.base_rate

    @property
    def band_limits(self) -> tuple[float, float]:
        """Below the first a probability is low, from the second on high, else medium."""
        odds = self.base_rate / max(1.0 - self.base_rate, 1e-12)
        low, high = odds / ODDS_OF_BAND, odds * ODDS_OF_BAND
        return low / (1.0 + low), high / (1.0 + high)

    def bands(self, probability: Floats) -> npt.NDArray[np.str_]:
        """Name the band of each probability: low, medium or high.

        High has at least twice the odds of the average row, low at most half of them.
        """
        low, high = self.band_limits
        place = (probability > low).astype(np.int64) + (probability >= high)
        return np.asarray(BANDS)[place]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "method": self.method,
            "scorecard": self.scorecard.to_dict(),
            "calibration": self.calibration.to_dict(),
            "facts": [asdict(fact) for fact in self.facts],
            "typical": dict(self.typical),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Model:
        """Take up what `to_dict` gave.

        Examples
        --------
        >>> import json
        >>> card, flat = Scorecard(0.0, {}, ()), Calibration("base_rate", 0.2)
        >>> model = Model("logistic", card, flat, (), {})
        >>> Model.from_dict(json.loads(json.dumps(model.to_dict()))) == model
        True
        """
        return cls(
            stored["method"],
            Scorecard.from_dict(stored["scorecard"]),
            Calibration.from_dict(stored["calibration"]),
            tuple(
                Fact(each["code"], tuple(each["features"]), each["value"], each["usual"])
                for each in stored["facts"]
            ),
            stored["typical"],
        )


def typical_of(sheet: Sheet) -> dict[str, float | str | None]:
    """Give the median of each number and the most frequent word."""
    found: dict[str, float | str | None] = {}
    for name, values in sheet.numbers.items():
        known = values[~np.isnan(values)]
        found[name] = float(np.median(known)) if len(known) else None
    for name, words in sheet.words.items():
        counts = [
            (-each["counts"], each["values"]) for each in words.value_counts().to_pylist()
        ]
        known_words = [each for each in counts if each[1] is not None]
        found[name] = min(known_words)[1] if known_words else None
    return found
