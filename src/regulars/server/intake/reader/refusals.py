"""Refused rows: kept on disk while a file is read, and written out to be mended.

The file of refused rows has the same columns and cells as the original and one more that
says why; mended, it can be loaded as it is. It is UTF-8 with a byte order mark, so that a
spreadsheet in China opens it right, and no cell of it can run as a formula.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from regulars.server.core.files import SafeWriter
from regulars.server.intake.reader.batches import Refused
from regulars.server.intake.reader.mapping import REASON_COLUMNS
from regulars.server.intake.reader.reasons import Problem

SCHEMA = pa.schema(
    [("line", pa.int32()), ("cells", pa.list_(pa.string())), ("problems", pa.string())]
)


class Spool:
    """Writes refused rows to a file, and counts them by their first reason."""

    def __init__(self, path: Path) -> None:
        self.counts: Counter[str] = Counter()
        self._writer = parquet.ParquetWriter(path, SCHEMA, compression="zstd")

    def add(self, rows: Sequence[Refused]) -> None:
        if not rows:
            return
        self.counts.update(row.code for row in rows)
        self._writer.write_table(
            pa.table(
                [
                    [row.line for row in rows],
                    [list(row.cells) for row in rows],
                    [_packed(row.problems) for row in rows],
                ],
                schema=SCHEMA,
            )
        )

    def close(self) -> None:
        self._writer.close()


def read_refused(path: Path) -> Iterator[Refused]:
    """Yield the refused rows of a file, roughly in the order of their lines."""
    for batch in parquet.ParquetFile(path).iter_batches(batch_size=10_000):
        for row in batch.to_pylist():
            yield Refused(row["line"], tuple(row["cells"]), _unpacked(row["problems"]))


def write_errors(
    path: Path, *, header: Sequence[str], refused: Iterable[Refused], language: str = "zh"
) -> int:
    """Write the refused rows with their reasons; return how many there were."""
    kept = [place for place, name in enumerate(header) if name not in REASON_COLUMNS]
    reason = REASON_COLUMNS[0 if language.startswith("zh") else 1]
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeWriter(file)
        writer.writerow([*(header[place] for place in kept), reason])
        for row in refused:
            writer.writerow([*_fitted(row.cells, kept, len(header)), row.sentence(language)])
            count += 1
    return count


def _fitted(cells: tuple[str, ...], kept: list[int], width: int) -> list[str]:
    """Give a row the columns of the header; what is too much stays in the last of them."""
    filled = [*cells, *[""] * (width - len(cells))]
    if len(cells) > width:
        filled = [*cells[: width - 1], " ".join(cells[width - 1 :])]
    return [filled[place].replace("\0", "") for place in kept]


def _packed(problems: tuple[Problem, ...]) -> str:
    packed: list[dict[str, Any]] = [
        {"code": p.code, "column": p.column, "value": p.value, "params": dict(p.params)}
        for p in problems
    ]
    return json.dumps(packed, ensure_ascii=False)


def _unpacked(text: str) -> tuple[Problem, ...]:
    return tuple(Problem(**problem) for problem in json.loads(text))
