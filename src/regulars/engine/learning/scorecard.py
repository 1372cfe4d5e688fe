"""A score that is a sum: what each feature adds can be read off, exactly.

Whatever a model was trained as, it is kept as a baseline and a list of terms: lines
(logistic regression on a number), curves (what a value of one feature adds) and surfaces
(what two features add together, each given its Shapley share). All terms are centred on the
rows of training, so the baseline is the score of the usual row and the rest says how this
one differs. Such a scorecard is plain numbers: it needs no library to score, is stored as
JSON, and scores a million rows in seconds by looking values up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.engine.learning.sheet import BadTable, Floats, Ints, Sheet

# Rows looked up at once: their codes and sums stay in the processor's cache.
BLOCK = 65_536


@dataclass(frozen=True)
class Coding:
    """How the values of a feature fall into places of a table.

    Attributes
    ----------
    cuts
        Of a number, ascending: place i holds values above cuts[i - 1] up to cuts[i].
    levels
        Of a word: place i holds levels[i], the place after the last one all other words.
        The last place of either kind holds what is missing.
    """

    cuts: tuple[float, ...] = ()
    levels: tuple[str, ...] | None = None

    @property
    def places(self) -> int:
        """How many places there are."""
        return (len(self.cuts) if self.levels is None else len(self.levels)) + 2

    def codes(self, sheet: Sheet, feature: str) -> Ints:
        """Give the place of every row."""
        if self.levels is not None:
            return _word_codes(sheet.words[feature], self.levels)
        values = sheet.numbers[feature]
        found = np.searchsorted(np.asarray(self.cuts), values, side="left")
        found[np.isnan(values)] = self.places - 1
        return found.astype(np.int64)


def _word_codes(words: pa.Array, levels: tuple[str, ...]) -> Ints:
    found = pc.fill_null(pc.index_in(words, value_set=pa.array(levels, pa.string())), -1)
    codes = np.asarray(found, np.int64)
    codes[codes < 0] = len(levels)
    codes[np.asarray(pc.is_null(words))] = len(levels) + 1
    return codes


@dataclass(frozen=True)
class Line:
    """A number that adds in proportion: weight x (value - centre), of the logarithm if so.

    `missing` is what a missing value adds. `log` takes sign(x) log(1 + |x|).
    """

    feature: str
    weight: float
    centre: float
    missing: float = 0.0
    log: bool = False

    def adds(self, values: Floats) -> Floats:
        """Give what each value adds."""
        level = signed_log(values) if self.log else values
        found = self.weight * (level - self.centre)
        return np.where(np.isnan(values), self.missing, found)


@dataclass(frozen=True)
class Curve:
    """What each place of a feature adds."""

    feature: str
    points: Floats


@dataclass(frozen=True)
class Surface:
    """What each pair of places of two features adds: a table for the share of either."""

    features: tuple[str, str]
    first: Floats
    second: Floats


Term: TypeAlias = Line | Curve | Surface


@dataclass(frozen=True)
class Scorecard:
    """A baseline, how values fall into places, and the terms; scores are log-odds.

    Examples
    --------
    >>> import pyarrow as pa
    >>> card = Scorecard(-1.0, {}, (Line("silence", 0.5, 2.0),))
    >>> sheet = Sheet.of(pa.table({"silence": [2.0, 6.0]}))
    >>> card.score(sheet).tolist(), card.shares(sheet)["silence"].tolist()
    ([-1.0, 1.0], [0.0, 2.0])
    """

    baseline: float
    codings: Mapping[str, Coding]
    terms: tuple[Term, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The features the score rests on, in the order of the terms."""
        found: dict[str, None] = {}
        for term in self.terms:
            names = term.features if isinstance(term, Surface) else (term.feature,)
            found.update(dict.fromkeys(names))
        return tuple(found)

    def score(self, sheet: Sheet) -> Floats:
        """Give the log-odds of every row: the baseline and all shares."""
        shares = self.shares(sheet)
        total = np.full(sheet.rows, self.baseline)
        for share in shares.values():
            total += share
        return total

    def shares(self, sheet: Sheet) -> dict[str, Floats]:
        """Give what each feature adds to the score of every row.

        Returns
        -------
        dict of float64 arrays by feature
            log-odds; with the baseline they sum to the score

        Raises
        ------
        BadTable
            where the sheet lacks a feature.
        """
        self._require(sheet)
        sums = {name: np.zeros(sheet.rows) for name in self.features}
        for start in range(0, sheet.rows, BLOCK):
            block = slice(start, min(start + BLOCK, sheet.rows))
            self._add(_cut(sheet, block, self.features), sums, block)
        return sums

    def _require(self, sheet: Sheet) -> None:
        lacking = [name for name in self.features if name not in sheet.features]
        if lacking:
            raise BadTable(
                f"The rows lack {', '.join(lacking)}, which the model looks at. "
                "Bring the columns it was trained on."
            )

    def _add(self, sheet: Sheet, sums: dict[str, Floats], block: slice) -> None:
        codes = {name: coding.codes(sheet, name) for name, coding in self.codings.items()}
        for term in self.terms:
            if isinstance(term, Line):
                sums[term.feature][block] += term.adds(sheet.numbers[term.feature])
            elif isinstance(term, Curve):
                sums[term.feature][block] += term.points[codes[term.feature]]
            else:
                one, other = term.features
                place = codes[one] * term.first.shape[1] + codes[other]
                sums[one][block] += term.first.ravel()[place]
                sums[other][block] += term.second.ravel()[place]

    def scaled(self, by: float) -> Scorecard:
        """Multiply the score."""
        terms = tuple(_scaled(term, by) for term in self.terms)
        return replace(self, baseline=self.baseline * by, terms=terms)

    def plus(self, other: Scorecard) -> Scorecard:
        """Add two scores; a feature that both put into places must have the same ones."""
        for name in set(self.codings) & set(other.codings):
            if self.codings[name] != other.codings[name]:
                raise BadTable(f"Two scorecards cut {name} differently; train them together.")
        return Scorecard(
            self.baseline + other.baseline,
            {**self.codings, **other.codings},
            (*self.terms, *other.terms),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "baseline": self.baseline,
            "codings": {
                name: {"cuts": list(coding.cuts), "levels": coding.levels}
                for name, coding in self.codings.items()
            },
            "terms": [_to_dict(term) for term in self.terms],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Scorecard:
        """Take up what `to_dict` gave."""
        codings = {
            name: Coding(
                tuple(given["cuts"]),
                tuple(given["levels"]) if given["levels"] is not None else None,
            )
            for name, given in stored["codings"].items()
        }
        return cls(stored["baseline"], codings, tuple(map(_from_dict, stored["terms"])))


def signed_log(values: Floats) -> Floats:
    """Shorten long tails of either sign: sign(x) log(1 + |x|)."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _cut(sheet: Sheet, block: slice, features: tuple[str, ...]) -> Sheet:
    length = block.stop - block.start
    return Sheet(
        length,
        {name: sheet.numbers[name][block] for name in features if name in sheet.numbers},
        {
            name: sheet.words[name].slice(block.start, length)
            for name in features
            if name in sheet.words
        },
    )


def _scaled(term: Term, by: float) -> Term:
    if isinstance(term, Line):
        return replace(term, weight=term.weight * by, missing=term.missing * by)
    if isinstance(term, Curve):
        return replace(term, points=term.points * by)
    return replace(term, first=term.first * by, second=term.second * by)


def _to_dict(term: Term) -> dict[str, Any]:
    if isinstance(term, Line):
        return {"kind": "line", **vars(term)}
    if isinstance(term, Curve):
        return {"kind": "curve", "feature": term.feature, "points": term.points.tolist()}
    return {
        "kind": "surface",
        "features": list(term.features),
        "first": term.first.tolist(),
        "second": term.second.tolist(),
    }


def _from_dict(stored: Mapping[str, Any]) -> Term:
    given = {name: value for name, value in stored.items() if name != "kind"}
    if stored["kind"] == "line":
        return Line(**given)
    if stored["kind"] == "curve":
        return Curve(given["feature"], _array(given["points"]))
    one, other = given["features"]
    return Surface((one, other), _array(given["first"]), _array(given["second"]))


def _array(values: list[Any]) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)
