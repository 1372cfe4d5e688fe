"""Rows of Parquet files as text cells, through Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from regulars.server.intake.reader.batches import Batch
from regulars.server.intake.reader.unreadable import Unreadable

ROWS_A_BATCH = 100_000


class UnreadableParquet(Unreadable):
    """The file is no Parquet file, or is damaged."""


def header(path: Path) -> tuple[list[str], int]:
    """Return the names of the columns and the number of rows."""
    try:
        file = parquet.ParquetFile(path)
        return list(file.schema_arrow.names), file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def batches(path: Path, *, size: int = ROWS_A_BATCH) -> Iterator[Batch]:
    """Yield the rows; a row's line is its number, counted from 1. Nulls become empty cells."""
    line = 1
    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=size):
            lines = np.arange(line, line + batch.num_rows, dtype=np.int32)
            line += batch.num_rows
            yield Batch(lines, tuple(_texts(column) for column in batch.columns))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _texts(column: pa.Array) -> pa.StringArray:
    try:
        texts = column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # lists, structs, raw bytes
        values = column.to_pylist()
        texts = pa.array(
            [None if value is None else str(value) for value in values], pa.string()
        )
    return pc.fill_null(texts, "")


def _unreadable(path: Path, error: Exception) -> UnreadableParquet:
    return UnreadableParquet("damaged_parquet", name=path.name, reason=_first_line(error))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]
