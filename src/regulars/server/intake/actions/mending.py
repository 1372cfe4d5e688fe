"""Refused rows go out with their reasons, come back mended, and are loaded once.

The file of refused rows has the columns of the original and one more, which says the line
and why. A file with that column belongs to the import whose columns it has. By the line a
row is known again, so the import's page can say what is still refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from regulars.server.core.files import SafeWriter
from regulars.server.facts import lake
from regulars.server.intake import queries
from regulars.server.intake.models import Import
from regulars.server.intake.reader import Refused
from regulars.server.intake.reader.batches import Batch
from regulars.server.intake.reader.keys import key
from regulars.server.intake.reader.mapping import REASON_COLUMNS

LINE = {"zh": "第 {line} 行：{reason}", "en": "Line {line}: {reason}"}
_LINE = re.compile(r"\s*(?:第|Line)\s*(\d{1,9})\b", re.IGNORECASE)


def write_refused(found: Import, path: Path, *, language: str) -> int:
    """Write the rows that are still refused, to be mended; return how many.

    Rows that a mended file held, and that were refused again, stand as they were mended.
    """
    header = found.reading["header"]
    kept = [place for place, name in enumerate(header) if name not in REASON_COLUMNS]
    zh = language.startswith("zh")
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeWriter(file)
        writer.writerow([*(header[place] for place in kept), REASON_COLUMNS[0 if zh else 1]])
        for row in still_refused(found):
            said = LINE["zh" if zh else "en"].format(
                line=row.line, reason=row.sentence(language)
            )
            writer.writerow([*_fitted(row.cells, kept, len(header)), said])
            count += 1
    return count


def still_refused(found: Import) -> Iterator[Refused]:
    """Yield the rows of an import that no mended file has brought in yet."""
    mended = list(queries.mended(found))
    own = _as_first_written(found, queries.refused(found))
    if not mended:
        yield from own
        return
    left = {row.line: row for row in own}
    for one in mended:
        for line in mended_lines(one):
            left.pop(line, None)
        for row in _as_first_written(one, queries.refused(one)):
            if row.line in left:
                left[row.line] = row
    yield from (left[line] for line in sorted(left))


def count_still_refused(found: Import) -> int:
    if not queries.mended(found).exists():
        return found.refused
    return sum(1 for _ in still_refused(found))


def mended_so_far(found: Import) -> dict[str, Any]:
    """How many rows are still refused, and the mended files that brought in the others."""
    files = list(queries.mended(found)) if found.refused else []
    return {"files": files, "still": count_still_refused(found)}


def mended_lines(found: Import) -> list[int]:
    """The lines, in the first file, of the rows that a mended file brought in."""
    path, by_records = _lines_path(found), queries.refused_paths(found)[1]
    if not path.exists():
        return []
    table = parquet.read_table(path)
    gone = set()
    if by_records.exists():
        gone = set(parquet.read_table(by_records, columns=["line"])["line"].to_pylist())
    pairs = zip(table["line"].to_pylist(), table["first"].to_pylist(), strict=True)
    return [first for line, first in pairs if line not in gone]


def recognise_rows(found: Import, batches: Iterable[Batch]) -> None:
    """Write down which rows of the first file a mended one holds, and keep them apart.

    A row that is mended into the like of one that was loaded is a second row, not the same
    one: two such rows of one file would have been two.
    """
    accepted = queries.folder(found) / "read" / "accepted.parquet"
    good = set(parquet.read_table(accepted, columns=["line"])["line"].to_pylist())
    place = _reason_place(found)
    pairs = [] if place is None else list(_pairs(batches, place, good))
    lines, firsts = zip(*pairs, strict=True) if pairs else ((), ())
    table = pa.table(
        {"line": pa.array(lines, pa.int64()), "first": pa.array(firsts, pa.int64())}
    )
    parquet.write_table(table, _lines_path(found))
    _keep_apart(found)


def _pairs(batches: Iterable[Batch], place: int, good: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the line of each good row, and its line in the first file."""
    for batch in batches:
        reasons = batch.columns[place].to_pylist()
        for line, reason in zip(batch.lines.tolist(), reasons, strict=True):
            first = _line_of(reason)
            if first is not None and line in good:
                yield line, first


def _keep_apart(found: Import) -> None:
    """Give mended rows that equal loaded ones of the first file a key of their own."""
    first = queries.folder(found.mends) / "read" / "accepted.parquet" if found.mends else None
    if found.kind not in ("transactions", "events") or first is None or not first.exists():
        return
    accepted = queries.folder(found) / "read" / "accepted.parquet"
    same = lake.session().execute(
        f"select line, row_key from read_parquet({lake.quote(str(accepted))}) n "
        f"semi join read_parquet({lake.quote(str(first))}) o on o.row_key = n.row_key "
        "where n.external_id is null"
    )
    again = dict(same.fetchall())
    mended = set(parquet.read_table(_lines_path(found))["line"].to_pylist())
    again = {line: base for line, base in again.items() if line in mended}
    if not again:
        return
    taken = set(parquet.read_table(first, columns=["row_key"])["row_key"].to_pylist())
    table = parquet.read_table(accepted)
    keys = table["row_key"].to_numpy().copy()
    for row, line in enumerate(table["line"].to_pylist()):
        if line in again:
            keys[row] = _next_key(again[line], taken)
    place = table.schema.get_field_index("row_key")
    parquet.write_table(
        table.set_column(place, table.schema.field(place), pa.array(keys)),
        accepted,
        compression="zstd",
    )


def _next_key(base: int, taken: set[int]) -> int:
    """The key of the second, third ... row that is like `base`, as one file would give it."""
    count = 2
    while (made := int(np.int64(key(str(base), str(count))))) in taken:
        count += 1
    taken.add(made)
    return made


def _as_first_written(found: Import, rows: Iterable[Refused]) -> Iterator[Refused]:
    """Tell rows by their line in the first file, their cells without the column of reasons."""
    place = _reason_place(found)
    if place is None:
        yield from rows
        return
    for row in rows:
        cells = (*row.cells, *[""] * (place + 1 - len(row.cells)))
        first = _line_of(cells[place])
        yield replace(
            row,
            line=row.line if first is None else first,
            cells=(*cells[:place], *cells[place + 1 :]),
        )


def _reason_place(found: Import) -> int | None:
    header = found.reading["header"]
    return next((n for n, name in enumerate(header) if name in REASON_COLUMNS), None)


def _line_of(reason: str | None) -> int | None:
    said = _LINE.match(reason or "")
    return int(said[1]) if said else None


def _fitted(cells: tuple[str, ...], kept: list[int], width: int) -> list[Any]:
    """Give a row the columns of the header; what is too much stays in the last of them."""
    if len(kept) < width and len(cells) == len(kept):  # the reasons were taken out already
        return [cell.replace("\0", "") for cell in cells]
    filled = [*cells, *[""] * (width - len(cells))]
    if len(cells) > width:
        filled = [*cells[: width - 1], " ".join(cells[width - 1 :])]
    return [filled[place].replace("\0", "") for place in kept]


def _lines_path(found: Import) -> Path:
    return queries.folder(found) / "read" / "mended.parquet"
