"""Blocks of whole lines of a text file, and which of the lines are plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from regulars.server.intake.reader.batches import Mask
from regulars.server.intake.reader.encodings import Encoding, utf8_chunks
from regulars.server.intake.reader.unreadable import Unreadable

LONGEST_LINE = 16 * 1024 * 1024
BROKEN, NUL = "\ufffd".encode(), b"\0"
QUOTE, LINE_END = ord('"'), ord("\n")

Counts = npt.NDArray[np.int64]


class NotATable(Unreadable):
    """The file has no rows and columns that could be told apart."""


@dataclass(frozen=True)
class Layout:
    """How a text file is cut into rows and cells."""

    encoding: Encoding
    delimiter: str
    width: int
    first_line: int  # of the first data row, counted from 1


def blocks(path: Path, encoding: Encoding) -> Iterator[tuple[bytes, bool]]:
    """Yield blocks of whole lines that end in \\n, and whether it is the last."""
    rest = b""
    for chunk in utf8_chunks(path, encoding):
        data = rest + chunk
        held = b"\r" if data.endswith(b"\r") else b""  # half of a \r\n, perhaps
        data = data[: len(data) - len(held)]
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        end = data.rfind(b"\n") + 1
        rest = data[end:] + held
        if len(rest) > LONGEST_LINE:
            raise NotATable("endless_line", most=LONGEST_LINE // 1024**2)
        if end:
            yield data[:end], False
    yield rest.replace(b"\r", b"\n"), True


class Block:
    """Some whole lines of a file, and the number of the first."""

    def __init__(self, data: bytes, line: int, final: bool, layout: Layout) -> None:
        self.cut_off = final and bool(data) and not data.endswith(b"\n")
        self.data = data + b"\n" if self.cut_off else data
        self.line, self.final, self.layout = line, final, layout
        self._bytes = np.frombuffer(self.data, np.uint8)
        self._ends = np.flatnonzero(self._bytes == 10)
        self.starts = np.concatenate([[0], self._ends + 1]).astype(np.int64)
        self.count = len(self._ends)

    def without(self, lines: int) -> Block:
        """Drop lines from the top: titles and the header."""
        dropped = min(lines, self.count)
        rest = self.data[int(self.starts[dropped]) :]
        rest = rest[:-1] if self.cut_off and rest else rest
        return Block(rest, self.line + dropped, self.final, self.layout)

    def text(self, index: int) -> str:
        """One line, with its end."""
        raw = self.data[int(self.starts[index]) : int(self.starts[index + 1])]
        return raw.decode("utf-8", "replace")

    def is_cut_off(self, index: int) -> bool:
        return self.cut_off and index == self.count - 1

    def swift(self) -> Mask:
        """Find lines without quotation marks that have the right number of cells."""
        separators = self._per_line(ord(self.layout.delimiter))
        swift: Mask = separators == self.layout.width - 1
        # Nothing but separators: an empty row, which spreadsheets like to leave behind.
        swift &= np.diff(self.starts) - 1 > separators
        return swift & ~self._touched & ~self._damaged

    def tidy(self) -> Mask:
        """Find lines whose quoted cells begin and end in the line, as RFC 4180 has them."""
        places = np.flatnonzero(self._bytes == QUOTE)
        if not len(places):
            return np.zeros(self.count, np.bool_)
        lines = np.searchsorted(self._ends, places)
        opens = (np.arange(len(places)) - np.searchsorted(places, self.starts)[lines]) % 2 == 0
        before = np.where(places == self.starts[lines], LINE_END, self._bytes[places - 1])
        beside = np.where(opens, before, self._bytes[places + 1])
        edges = np.array([ord(self.layout.delimiter), LINE_END, QUOTE])
        untidy = np.bincount(lines[~np.isin(beside, edges)], minlength=self.count) > 0
        whole: Mask = self._touched & ~self._inside & ~untidy & ~self._damaged
        return whole

    @cached_property
    def _quotes(self) -> Counts:
        return self._per_line(QUOTE)

    @cached_property
    def _inside(self) -> Mask:
        """Lines that a quoted cell enters from above or leaves below."""
        odd = self._quotes % 2
        after = np.cumsum(odd) % 2
        inside: Mask = (after == 1) | (after != odd)
        return inside

    @cached_property
    def _touched(self) -> Mask:
        touched: Mask = (self._quotes > 0) | self._inside
        return touched

    @cached_property
    def _damaged(self) -> Mask:
        damaged = np.zeros(self.count, np.bool_)
        for mark in (NUL, BROKEN):
            damaged[self._lines_with(mark)] = True
        return damaged

    def _per_line(self, byte: int) -> Counts:
        found = np.flatnonzero(self._bytes == byte)
        return np.diff(np.searchsorted(found, self.starts)).astype(np.int64)

    def _lines_with(self, mark: bytes) -> list[int]:
        found, at = [], self.data.find(mark)
        while at >= 0:
            index = int(np.searchsorted(self._ends, at))
            found.append(index)
            at = self.data.find(mark, int(self._ends[index]))
        return found

    def only(self, chosen: Mask) -> bytes:
        """Return the bytes of the chosen lines."""
        if chosen.all():
            return self.data
        edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.view(np.int8), [0]])))
        runs = self.starts[edges].reshape(-1, 2)
        return b"".join(self.data[start:stop] for start, stop in runs.tolist())
