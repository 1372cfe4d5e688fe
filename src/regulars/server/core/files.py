"""Tables as files that leave the house: every cell is safe to open, every id as it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from regulars.base.errors import BadInput

SHEET_ROWS = 1_048_575  # what a sheet of Excel holds below its head
Rows = Iterator[Sequence[Any]]


class TooManyRows(BadInput):
    """A sheet cannot hold that many rows."""


# What a sheet takes for the beginning of a formula, in full width too: a table that was
# made in China opens where "＝" is typed like "=".
FORMULA = re.compile(r"[\s\"]*[=+\-@|%\t\r\n＝＋－＠｜％]")
NUMBER = re.compile(r"-?\d[\d,]*(\.\d+)?([eE][+-]?\d+)?%?")


def harmless(cell: Any) -> Any:
    """Give a cell that no sheet computes: an apostrophe goes before what looks like a formula.

    Numbers stay numbers, negative ones too; a plus before digits is a phone number, and text.
    Nothing is an empty cell.
    """
    if cell is None:
        return ""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


class SafeWriter:
    """Writes rows of a text that people open in a sheet."""

    def __init__(self, file: IO[str] | Any) -> None:  # Any: an HTTP answer writes too
        self._writer = csv.writer(file)

    def writerow(self, row: Iterable[Any]) -> None:
        self._writer.writerow([harmless(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        for row in rows:
            self.writerow(row)


def write_csv(path: Path, head: Sequence[str], rows: Rows) -> int:
    """Write rows as UTF-8 text; return how many."""
    count = 0
    # With a byte order mark, or Excel in China reads UTF-8 as GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = SafeWriter(out)
        writer.writerow(head)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write_xlsx(path: Path, head: Sequence[str], rows: Rows) -> int:
    """Write rows as one sheet; return how many.

    :raises TooManyRows: a sheet does not hold so many.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Regulars")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for count, row in enumerate(rows, start=1):
            if count > SHEET_ROWS:
                raise TooManyRows("A sheet holds 1,048,575 rows. Export to .csv or .parquet.")
            for column, cell in enumerate(row):
                _cell(sheet, count, column, cell, day)
    return count


def _cell(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool | str):
        sheet.write_string(row, column, str(cell))
    elif isinstance(cell, int | float | Decimal):
        number = float(cell)
        if number == number and abs(number) != float("inf"):
            sheet.write_number(row, column, number)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    else:  # words that are translated where they are written
        sheet.write_string(row, column, str(cell))


def write_parquet(path: Path, head: Sequence[str], rows: Rows) -> int:
    """Write rows as Parquet; return how many.

    Types are taken from the whole column: a batch of nothing but blanks has none.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(head)
    table = pa.table({name: pa.array(list(c)) for name, c in zip(head, columns, strict=True)})
    pq.write_table(table, path, compression="zstd")
    return int(table.num_rows)


FORMATS: Mapping[str, Callable[[Path, Sequence[str], Rows], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
