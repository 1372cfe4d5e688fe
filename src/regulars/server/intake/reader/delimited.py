"""Rows of CSV, TSV and blank-aligned text, each with the line on which it starts.

Lines without a quotation mark, and lines whose quoted cells are tidy and end in the line, go
through Arrow's parser a block at a time. All others go through Python's, which knows where a
record begins and ends, and says what is wrong with a line of too few or too many cells. A
quotation mark that never closes would swallow the rest of the file: such a row is refused
and reading goes on with the next line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from regulars.server.intake.reader.batches import Batch, Mask, Refused, from_rows, merge
from regulars.server.intake.reader.blocks import Block, Layout, NotATable, blocks
from regulars.server.intake.reader.reasons import Problem
from regulars.server.intake.reader.shapes import BLANKS

LONGEST_RECORD = 200  # lines; a longer one is a quotation mark that was never closed
MOST_OPEN_QUOTES = 10_000


def batches(path: Path, layout: Layout) -> Iterator[Batch]:
    """Yield every row from `first_line` on, a few megabytes at a time."""
    carry, line, open_quotes = b"", 1, 0
    for data, final in blocks(path, layout.encoding):
        block = Block(carry + data, line, final, layout)
        if line < layout.first_line:
            block = block.without(layout.first_line - line)
        batch, carry = _parse(block)
        open_quotes += sum(row.code == "open_quote" for row in batch.broken)
        if open_quotes > MOST_OPEN_QUOTES:
            raise NotATable("open_quotes", most=MOST_OPEN_QUOTES)
        line = block.line + block.count - carry.count(b"\n")
        yield batch


def _parse(block: Block) -> tuple[Batch, bytes]:
    """Return the rows of this block, and the bytes of a record that goes on in the next."""
    if block.layout.delimiter == BLANKS:
        return _aligned(block), b""
    swift, tidy = block.swift(), block.tidy()
    rows = _SlowRows(block, swift | tidy)
    slow = rows.read()
    carry = block.data[int(block.starts[rows.stopped]) :] if rows.unfinished else b""
    fast = _fast(block, swift & rows.done, quoted=False)
    return merge(merge(fast, _tidy(block, tidy & rows.done)), slow), carry


def _fast(block: Block, chosen: Mask, *, quoted: bool) -> Batch:
    lines = (np.flatnonzero(chosen) + block.line).astype(np.int32)
    if not len(lines):
        return from_rows([], [], block.layout.width, [])
    return Batch(lines, _arrow(block.only(chosen), block.layout, quoted=quoted))


def _tidy(block: Block, chosen: Mask) -> Batch:
    """Let Arrow read quoted lines; when one has the wrong number of cells, read them slowly."""
    try:
        batch = _fast(block, chosen, quoted=True)
    except pa.ArrowInvalid:
        return _SlowRows(block, ~chosen).read()
    return batch


def _aligned(block: Block) -> Batch:
    lines: list[int] = []
    rows: list[list[str]] = []
    broken: list[Refused] = []
    for index in range(block.count):
        cells = block.text(index).split()
        _sort_out(block, index, cells, lines, rows, broken)
    return from_rows(lines, rows, block.layout.width, broken)


def _arrow(data: bytes, layout: Layout, *, quoted: bool) -> tuple[pa.StringArray, ...]:
    names = [str(index) for index in range(layout.width)]
    table = arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(data) + 1),
        parse_options=arrow_csv.ParseOptions(
            delimiter=layout.delimiter,
            quote_char='"' if quoted else False,
            ignore_empty_lines=False,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )
    return tuple(_whole(column) for column in table.columns)


def _whole(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


class _TooLong(Exception):
    """A record went on for more lines than any real one does."""


class _SlowRows:
    """The lines of a block that Arrow may not read, through Python's parser."""

    def __init__(self, block: Block, done: Mask) -> None:
        self.block, self.done = block, done
        self.unfinished = False  # the block ends inside a record
        self.stopped = 0  # index of the line where that record starts
        self._next = self._first = 0
        self._ended = False

    def read(self) -> Batch:
        lines: list[int] = []
        rows: list[list[str]] = []
        broken: list[Refused] = []
        slow = np.flatnonzero(~self.done)
        reader = self._reader()
        at = 0
        while at < len(slow) and not self.unfinished:
            self._next = self._first = max(int(slow[at]), self._next)
            cells = self._record(reader)
            if self.unfinished:
                break
            if cells is None:
                broken.append(self._open_quote())
                self._next, reader = self._first + 1, self._reader()
            else:
                self.done[self._first : self._next] = False
                _sort_out(self.block, self._first, cells, lines, rows, broken)
            at = int(np.searchsorted(slow, self._next))
        if self.unfinished:
            self.stopped = self._first
            self.done[self._first :] = False
        return from_rows(lines, rows, self.block.layout.width, broken)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self, delimiter=self.block.layout.delimiter)

    def _record(self, reader: Iterator[list[str]]) -> list[str] | None:
        """Read one record; None when its quotation mark never closes."""
        self._ended = False
        try:
            cells = next(reader)
        except (csv.Error, _TooLong):
            return None
        if not self._ended:
            return None if self._strayed(cells) else cells
        if not self.block.final:
            self.unfinished = True
        return None

    def _strayed(self, cells: list[str]) -> bool:
        """Tell two stray marks on different lines from one cell with line breaks.

        Such a cell is properly quoted: a separator follows its closing mark, and the record
        has as many cells as the others.
        """
        if self._next - self._first == 1:
            return False
        lines = [self.block.text(index) for index in range(self._first, self._next)]
        strict = csv.reader(lines, delimiter=self.block.layout.delimiter, strict=True)
        try:
            next(strict)
        except csv.Error:
            return True
        return len(cells) != self.block.layout.width

    def _open_quote(self) -> Refused:
        text = self.block.text(self._first).rstrip("\n")
        cells = tuple(text.split(self.block.layout.delimiter))
        return Refused(
            self.block.line + self._first, cells, (Problem("open_quote", value=text[:200]),)
        )

    def __iter__(self) -> _SlowRows:
        return self

    def __next__(self) -> str:
        if self._next >= self.block.count:
            self._ended = True
            raise StopIteration
        if self._next - self._first >= LONGEST_RECORD:
            raise _TooLong
        self._next += 1
        return self.block.text(self._next - 1)


def _sort_out(
    block: Block,
    index: int,
    cells: list[str],
    lines: list[int],
    rows: list[list[str]],
    broken: list[Refused],
) -> None:
    """Put a record where it belongs: among the rows, among the refused, or nowhere if blank."""
    width = block.layout.width
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if problem := _shape(block, index, cells):
        broken.append(Refused(block.line + index, tuple(cells), (problem,)))
    else:
        lines.append(block.line + index)
        rows.append(cells)


def _shape(block: Block, index: int, cells: list[str]) -> Problem | None:
    text = "".join(cells)
    if "\0" in text:
        return Problem("nul_byte")
    if "\ufffd" in text:
        return Problem("undecodable", params={"encoding": block.layout.encoding.name})
    found, expected = len(cells), block.layout.width
    if found == expected:
        return None
    short = "cut_off" if block.is_cut_off(index) else "row_too_short"
    code = short if found < expected else "row_too_long"
    return Problem(code, params={"found": found, "expected": expected})
