"""What every source hands on: columns of text, each row with its line, and rows already lost.

Whatever the format, the reader sees text cells only; so one set of rules types them all, and
the file of refused rows can show each cell as it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.reasons import Problem, together

Lines = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Texts = Any  # pyarrow.StringArray; pyarrow ships no types


@dataclass(frozen=True)
class Refused:
    """A row that was not accepted: where it starts, its cells, and everything wrong with it."""

    line: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def code(self) -> str:
        return self.problems[0].code

    @property
    def column(self) -> str:
        return self.problems[0].column

    @property
    def value(self) -> str:
        return self.problems[0].value

    def sentence(self, language: str = "en") -> str:
        return together(self.problems, language)


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, column by column, and the rows among them that have no columns."""

    lines: Lines
    columns: tuple[Texts, ...]
    broken: tuple[Refused, ...] = ()

    def cells(self, rows: Sequence[int]) -> list[tuple[str, ...]]:
        """Return the cells of some rows."""
        places = pa.array(list(rows), pa.int64())
        return list(zip(*(pc.take(c, places).to_pylist() for c in self.columns), strict=True))

    def refuse(self, problems: Mapping[int, Sequence[Problem]]) -> list[Refused]:
        """Make refused rows of the rows that have problems, unless they are blank."""
        rows = list(problems)
        return [
            Refused(int(self.lines[row]), cells, tuple(problems[row]))
            for row, cells in zip(rows, self.cells(rows), strict=True)
            if any(map(str.strip, cells))
        ]


def from_rows(
    lines: list[int], rows: list[list[str]], width: int, broken: list[Refused]
) -> Batch:
    """Turn rows of equal width into columns."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in range(width))
    return Batch(
        np.array(lines, dtype=np.int32),
        tuple(pa.array(list(column), pa.string()) for column in columns),
        tuple(broken),
    )


def merge(one: Batch, other: Batch) -> Batch:
    """Join two batches of the same columns in the order of their lines."""
    if not len(other.lines):
        return Batch(one.lines, one.columns, one.broken + other.broken)
    if not len(one.lines):
        return Batch(other.lines, other.columns, one.broken + other.broken)
    lines = np.concatenate([one.lines, other.lines])
    order = np.argsort(lines, kind="stable")
    columns = tuple(
        pc.take(pa.concat_arrays([left, right]), pa.array(order))
        for left, right in zip(one.columns, other.columns, strict=True)
    )
    return Batch(lines[order], columns, one.broken + other.broken)
