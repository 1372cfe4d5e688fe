"""Blocks of whole lines of a text file, and which of the lines are plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regulars.base.errors import BadInput
from regulars.server.intake.reader.batches import Mask
from regulars.server.intake.reader.encodings import Encoding, utf8_chunks

LONGEST_LINE = 16 * 1024 * 1024
BROKEN, NUL = "\ufffd".encode(), b"\0"


class NotATable(BadInput):
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
            raise NotATable(
                f"A line is longer than {LONGEST_LINE // 1024**2} MB, so this is no table of "
                "rows. Export the file again as CSV or XLSX."
            )
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
        """Find the lines Arrow may read: the right number of cells, no quotation mark."""
        separators = self._per_line(ord(self.layout.delimiter))
        swift: Mask = separators == self.layout.width - 1
        # Nothing but separators: an empty row, which spreadsheets like to leave behind.
        swift &= np.diff(self.starts) - 1 > separators
        swift &= ~self._with_quotes()
        for mark in (NUL, BROKEN):
            swift[self._lines_with(mark)] = False
        return swift

    def _with_quotes(self) -> Mask:
        quotes = self._per_line(ord('"'))
        if not quotes.any():
            return np.zeros(self.count, dtype=np.bool_)
        odd = np.cumsum(quotes % 2) % 2  # 1 where a quoted cell goes on after this line
        quoted: Mask = (quotes > 0) | (odd == 1)
        return quoted

    def _per_line(self, byte: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        found = np.flatnonzero(self._bytes == byte)
        return np.diff(np.searchsorted(found, self.starts)).astype(np.int64)

    def _lines_with(self, mark: bytes) -> list[int]:
        found, at = [], self.data.find(mark)
        while at >= 0:
            index = int(np.searchsorted(self._ends, at))
            found.append(index)
            at = self.data.find(mark, int(self._ends[index]))
        return found

    def only(self, swift: Mask) -> bytes:
        """Return the bytes of the chosen lines."""
        if swift.all():
            return self.data
        edges = np.flatnonzero(np.diff(np.concatenate([[0], swift.view(np.int8), [0]])))
        runs = self.starts[edges].reshape(-1, 2)
        return b"".join(self.data[start:stop] for start, stop in runs.tolist())
