"""Arrow columns made from NumPy arrays without a Python object for each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Words = NDArray[np.object_]

DAY_US = 86_400_000_000
# China has kept UTC+8 without summer time since 1992; all facts here are younger.
ZONE_US = 8 * 3_600_000_000


def day_number(day: date) -> int:
    """Return days since 1970-01-01, the unit of every date in these arrays."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def digits(prefix: str, values: Ints, width: int) -> pa.Array:
    """Write `prefix` and each value with `width` digits as an Arrow string."""
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    letters = np.empty((len(values), len(head) + width), dtype=np.uint8)
    letters[:, : len(head)] = head
    rest = np.asarray(values, dtype=np.int64).copy()
    for place in range(len(head) + width - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + ord("0")
    ends = np.arange(len(values) + 1, dtype=np.int32) * letters.shape[1]
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(ends), pa.py_buffer(letters.reshape(-1))
    )


def coded(codes: Ints, words: pa.Array, *, wide: bool = False) -> pa.Array:
    """Return `words[codes]` as a dictionary column; a negative code is null."""
    index = codes.astype(np.int32 if wide else np.int16)
    missing = codes < 0
    return pa.DictionaryArray.from_arrays(
        pa.array(index, mask=missing if missing.any() else None), words
    )


def shared_words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Let the chunks of a dictionary column point to one dictionary, made of theirs.

    No word may be in two chunks. Many kernels refuse a column whose dictionaries differ.
    """
    together = pa.concat_arrays([chunk.dictionary for chunk in column.chunks])
    chunks, before = [], 0
    for chunk in column.chunks:
        shifted = pc.add(chunk.indices, pa.scalar(before, pa.int32()))
        chunks.append(pa.DictionaryArray.from_arrays(shifted, together))
        before += len(chunk.dictionary)
    return pa.chunked_array(chunks)


def days(values: Ints, *, missing: int | None = None) -> pa.Array:
    """Return day numbers as dates; the value `missing` is null."""
    mask = None if missing is None else values == missing
    return pa.array(values.astype(np.int32), mask=mask).cast(pa.date32())


def stamps(values: Ints, *, missing: int | None = None) -> pa.Array:
    """Return local microseconds since 1970 as UTC timestamps; `missing` is null."""
    mask = None if missing is None else values == missing
    return pa.array(values - ZONE_US, mask=mask).cast(pa.timestamp("us", tz="UTC"))


def strings(values: Sequence[str | None] | Words) -> pa.Array:
    """Return words as an Arrow string column; None is null."""
    return pa.array(values, type=pa.string())


def words(values: Sequence[str]) -> Words:
    """Return a NumPy object array to pick words from by index."""
    return np.array(values, dtype=object)


@dataclass(frozen=True)
class Ragged:
    """Rows that belong to customers: `owner` is the row of the customer, ascending."""

    owner: Ints
    rank: Ints

    @classmethod
    def of(cls, counts: Ints) -> Ragged:
        """Make `counts[i]` rows for each customer i, ranked 0, 1, ... within it."""
        owner = np.repeat(np.arange(len(counts)), counts)
        first = np.cumsum(counts) - counts
        return cls(owner, np.arange(len(owner)) - first[owner])


def rank_within(groups: Ints, order: Floats) -> Ints:
    """Return the rank (0 first) of each row by `order` among the rows of its group."""
    by = np.lexsort((order, groups))
    placed = groups[by]
    starts = np.flatnonzero(np.r_[True, placed[1:] != placed[:-1]])
    first = np.repeat(starts, np.diff(np.r_[starts, len(placed)]))
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[by] = np.arange(len(groups)) - first
    return ranks


def pick(rng: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Draw indexes with these weights, which need not add up to one."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    place: Ints = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return place
