"""Row keys: by them a row is known again when it comes a second time.

A key is 64 bits: the low half of an MD5 over what identifies the row. Where the row has a
number of its own (`external_id`, or the identity of a record) that is the number, with the
customer and the kind; otherwise all cells as they stand in the file, so a file loaded twice
yields the same keys whatever the mapping was. Equal rows of one file are numbered: the
second one's key is made from the first one's and the number 2.

Among 100 million rows the chance that any two share a key by accident is about 3 in 10,000;
compare the key together with the customer, and it is nil for practical purposes.
"""

from __future__ import annotations

import hashlib

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Texts

Keys = npt.NDArray[np.int64]

BETWEEN = "\x1f"  # between the cells; a separator made for this


def key(*parts: str) -> int:
    """The key of one row, the slow way: what the columns' keys must agree with."""
    digest = hashlib.md5(BETWEEN.join(parts).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little", signed=True)


class Hasher:
    """Keys of whole columns of text, through DuckDB, which has MD5 as a column function."""

    def __init__(self) -> None:
        self._database = duckdb.connect(":memory:")

    def keys(self, prefix: str, *columns: Texts) -> Keys:
        """Return the key of `prefix` and each row's texts; nulls count as empty."""
        filled = [pc.fill_null(column, "") for column in columns]
        texts = pa.table({"text": pc.binary_join_element_wise(prefix, *filled, BETWEEN)})
        self._database.register("texts", texts)
        found = self._database.execute("select md5_number_lower(text) as k from texts")
        unsigned: npt.NDArray[np.uint64] = found.fetchnumpy()["k"]
        self._database.unregister("texts")
        return np.ascontiguousarray(unsigned).view(np.int64)

    def close(self) -> None:
        self._database.close()


class Occurrences:
    """How often each key has come before, for files of any length: eight bytes a row."""

    def __init__(self) -> None:
        self._seen: list[Keys] = []  # sorted, each at least twice as long as the next
        self._more: dict[int, int] = {}  # keys that came more than once

    def count(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Return for each row whether it is the first (1), second (2), ... with its key."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        fresh = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(keys) else order
        starts = np.flatnonzero(fresh)
        lengths = np.diff(np.concatenate([starts, [len(keys)]]))
        unique = ordered[starts]
        before = self._before(unique)
        self._remember(unique, before, lengths)
        within = np.arange(len(keys)) - np.repeat(starts, lengths)
        counts = np.empty(len(keys), np.int64)
        counts[order] = within + np.repeat(before, lengths) + 1
        return counts

    def _before(self, unique: Keys) -> npt.NDArray[np.int64]:
        seen = np.zeros(len(unique), np.bool_)
        for chunk in self._seen:
            places = np.searchsorted(chunk, unique).clip(max=len(chunk) - 1)
            seen |= chunk[places] == unique
        before = seen.astype(np.int64)
        for row in np.flatnonzero(seen) if self._more else ():
            before[row] = self._more.get(int(unique[row]), 1)
        return before

    def _remember(
        self, unique: Keys, before: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
    ) -> None:
        for row in np.flatnonzero(before + lengths > 1):
            self._more[int(unique[row])] = int(before[row] + lengths[row])
        new = unique[before == 0]
        while self._seen and len(self._seen[-1]) < 2 * len(new):
            new = np.sort(np.concatenate([self._seen.pop(), new]), kind="stable")
        if len(new):
            self._seen.append(new)


def numbered(keys: Keys, counts: npt.NDArray[np.int64]) -> Keys:
    """Give the second, third, ... row with one key a key of its own."""
    found = keys.copy()
    for row in np.flatnonzero(counts > 1):
        found[row] = key(str(int(keys[row])), str(int(counts[row])))
    return found
