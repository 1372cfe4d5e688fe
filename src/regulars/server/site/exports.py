"""Files that leave the house. Every cell is safe to open, every id stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from defusedcsv import csv
from django.db import connection

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring

SHEET_ROWS = 1_048_575  # what a sheet of Excel holds below its head
CUSTOMERS = (
    "number", "kind", "name", "name_en", "gender", "birth_date", "lunar_birthday", "phone",
    "email", "address", "district", "occupation", "book", "branch", "since", "source",
)  # fmt: skip
Rows = Iterator[Sequence[Any]]


class UnknownFormat(BadInput):
    """The file's ending names no format we write."""


class NoScores(Refused):
    """Nothing was scored yet."""


class TooManyRows(BadInput):
    """A sheet cannot hold that many rows."""


def write(what: str, to: Path, *, by: Actor, at: datetime) -> int:
    """Write `customers`, `scores` or `tiers` of the current run; return the rows.

    The file has its name only when it is complete.
    """
    writer = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}.get(to.suffix.lower())
    if writer is None:
        raise UnknownFormat(
            f"{to.name} names no format we write. End it with .csv, .xlsx or .parquet."
        )
    head, rows = _customers() if what == "customers" else _of_run(what)
    to.parent.mkdir(parents=True, exist_ok=True)
    scratch = to.with_name(f".{to.name}.part")
    try:
        count = writer(scratch, head, rows)
        scratch.replace(to)
    finally:
        scratch.unlink(missing_ok=True)
    audit.record(f"export.{what}", to.name, by=by, at=at, rows=count)
    return count


def _customers() -> tuple[Sequence[str], Rows]:
    db = connection.cursor()
    db.execute(
        "select c.number, c.kind, c.name, c.name_en, c.gender, c.birth_date, c.lunar_birthday, "
        "c.phone, c.email, c.address, c.district, c.occupation, b.code, o.code, c.since, "
        "c.source from customers_customer c join core_book b on b.id = c.book_id "
        "join core_orgunit o on o.id = b.org_unit_id order by c.number"
    )
    return CUSTOMERS, iter(db.fetchall())


def _of_run(what: str) -> tuple[Sequence[str], Rows]:
    run = scoring.current_run()
    if run is None:
        raise NoScores("There are no scores yet. Run `regulars score` first.")
    db = connection.cursor()
    db.execute("select id, number from customers_customer")
    numbers = db.fetchall()
    lake.hold(
        "numbers",
        pa.table(
            {
                "customer_id": pa.array([row[0] for row in numbers], pa.int64()),
                "number": pa.array([row[1] for row in numbers], pa.string()),
            }
        ),
    )
    found = scoring.columns(run)
    tiers = [name for name in found if name == "tier" or name.startswith("tier_")]
    chosen = (
        [name for name in found if name not in {"customer_id", *tiers}]
        if what == "scores"
        else [*tiers, "value"]
    )
    listed = ", ".join(f'f."{name}"' for name in chosen)
    cursor = lake.session().execute(
        f"select n.number, {listed} from {scoring.table_of(run)} f "
        "join numbers n using (customer_id) order by n.number"
    )
    return ["number", *chosen], iter(cursor.fetchall())


def _csv(path: Path, head: Sequence[str], rows: Rows) -> int:
    count = 0
    # With a byte order mark, or Excel in China reads UTF-8 as GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        for row in rows:
            writer.writerow(["" if cell is None else cell for cell in row])
            count += 1
    return count


def _xlsx(path: Path, head: Sequence[str], rows: Rows) -> int:
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
    else:
        sheet.write_datetime(row, column, cell, day)


def _parquet(path: Path, head: Sequence[str], rows: Rows) -> int:
    columns = list(zip(*rows, strict=True)) or [()] * len(head)
    table = pa.table({name: pa.array(list(c)) for name, c in zip(head, columns, strict=True)})
    pq.write_table(table, path, compression="zstd")
    return int(table.num_rows)
