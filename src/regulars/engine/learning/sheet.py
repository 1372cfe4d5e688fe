"""A table as models read it: numbers with NaN for what is missing, and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.base.errors import BadInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class BadTable(BadInput):
    """A table cannot be learned from as it is."""


@dataclass(frozen=True)
class Sheet:
    """Features of some rows, one entry per row.

    Attributes
    ----------
    rows
        How many.
    numbers
        float64 by feature; NaN where missing. Dates are days since 1970-01-01, booleans 0
        and 1.
    words
        Arrow arrays of strings by feature; null where missing.
    """

    rows: int
    numbers: Mapping[str, Floats]
    words: Mapping[str, pa.Array]

    @classmethod
    def of(cls, table: pa.Table, features: Iterable[str] | None = None) -> Sheet:
        """Read columns of an Arrow table.

        Parameters
        ----------
        table
            Columns of numbers, booleans, dates, times or strings.
        features
            Names to read; None takes all columns.

        Raises
        ------
        BadTable
            where a column is not there or holds lists, structs or bytes.

        Examples
        --------
        >>> sheet = Sheet.of(pa.table({"age": [31, None], "town": ["A", "B"]}))
        >>> sheet.numbers["age"].tolist(), sheet.words["town"].to_pylist()
        ([31.0, nan], ['A', 'B'])
        """
        names = list(features) if features is not None else list(table.column_names)
        numbers: dict[str, Floats] = {}
        words: dict[str, pa.Array] = {}
        for name in names:
            column = _column(table, name)
            if _is_word(column.type):
                words[name] = _words(column)
            else:
                numbers[name] = _numbers(column, name)
        return cls(table.num_rows, numbers, words)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of all features, numbers first."""
        return (*self.numbers, *self.words)

    def take(self, rows: npt.NDArray[np.generic]) -> Sheet:
        """Give some rows, by number or by a mask."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        picked = pa.array(places)
        return Sheet(
            len(places),
            {name: values[places] for name, values in self.numbers.items()},
            {name: values.take(picked) for name, values in self.words.items()},
        )

    def only(self, features: Iterable[str]) -> Sheet:
        """Give some features."""
        kept = set(features)
        return Sheet(
            self.rows,
            {name: values for name, values in self.numbers.items() if name in kept},
            {name: values for name, values in self.words.items() if name in kept},
        )

    def missing(self, feature: str) -> npt.NDArray[np.bool_]:
        """Tell where a feature has no value."""
        if feature in self.words:
            return np.asarray(pc.is_null(self.words[feature]))
        return np.isnan(self.numbers[feature])


def _column(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        raise BadTable(
            f"There is no column {name}; the table has {', '.join(table.column_names)}. "
            "Correct the name."
        )
    return table[name].combine_chunks()


def _is_word(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_word(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _words(column: pa.Array) -> pa.Array:
    plain = column.cast(pa.string())
    return plain.combine_chunks() if isinstance(plain, pa.ChunkedArray) else plain


def _numbers(column: pa.Array, name: str) -> Floats:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        column = column.cast(pa.date32()).cast(pa.int32())
    elif not (_counts(kind) or pa.types.is_boolean(kind)):
        raise BadTable(
            f"The column {name} holds {kind}; give numbers, booleans, dates or strings, "
            "or leave it out."
        )
    values = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _counts(kind: pa.DataType) -> bool:
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(test(kind) for test in tests)
