"""Writes the smallest XLS workbook there can be: one sheet of texts and numbers, BIFF8."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Cell = str | float | None


def write_xls(path: Path, rows: Sequence[Sequence[Cell]], *, sheet: str = "Sheet1") -> None:
    path.write_bytes(_compound(_workbook(rows, sheet)))


def _workbook(rows: Sequence[Sequence[Cell]], sheet: str) -> bytes:
    name = sheet.encode("utf-16-le")
    bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 1996, 0, 6))
    page = _record(0x0042, struct.pack("<H", 1200))
    tail = struct.pack("<BB", len(sheet), 1) + name
    bound_size = 4 + 4 + 2 + len(tail)
    offset = len(bof) + len(page) + bound_size + 4
    bound = _record(0x0085, struct.pack("<IH", offset, 0) + tail)
    return bof + page + bound + _record(0x000A, b"") + _sheet(rows)


def _sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    wide = max(len(row) for row in rows)
    made = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 1996, 0, 6)),
        _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, wide, 0)),
    ]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            if isinstance(cell, str) and cell:
                text = cell.encode("utf-16-le")
                made.append(
                    _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
                )
            elif isinstance(cell, int | float):
                made.append(_record(0x0203, place + struct.pack("<d", cell)))
    return b"".join(made) + _record(0x000A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream: bytes) -> bytes:
    """Put a stream into an OLE file: header, its table of sectors, directory, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    tables = 1
    while (count + 1 + tables) * 4 > tables * SECTOR:
        tables += 1
    chain = [FAT] * tables + [END] + [tables + 2 + n for n in range(count)]
    chain[-1] = END
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, END, 0)
    places = [*range(tables), *[FREE] * (109 - tables)]
    header += struct.pack("<109I", *places)
    directory = (
        _entry("Root Entry", 5, child=1, start=END, size=0)
        + _entry("Workbook", 2, child=FREE, start=tables + 1, size=len(stream))
        + _entry("", 0, child=FREE, start=0, size=0) * 2
    )
    return header + struct.pack(f"<{len(chain)}I", *chain) + directory + stream


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le") if name else b""
    data = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    data += struct.pack("<III", FREE, FREE, child) + b"\0" * 16 + b"\0" * 4 + b"\0" * 16
    return data + struct.pack("<IQ", start, size)
