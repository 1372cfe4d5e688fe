"""The rows of a file of customers, column by column, as `customers.loading` copies them.

DuckDB makes them from the typed rows, so that no row becomes an object of Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO

import pyarrow as pa
import pyarrow.csv

from regulars.server.customers.loading import Csv
from regulars.server.facts import lake
from regulars.server.intake.actions.arrived import Arrived, Finding, refused_lines

BATCH = 50_000
# The book of each (book, branch) as the file writes them.
Books = Mapping[tuple[str, str], int]
_DAY = "split_part(ltrim(lunar_birthday, 'L'), '-', {n})::int"
# What a column is made from, where it is not the field of the same name.
EXPRESSIONS = {
    # "08-05" is kept as "8-5", a day of a leap month in the plain one.
    "lunar_birthday": (
        "case when lunar_birthday <> '' "
        f"then {_DAY.format(n=1)} || '-' || {_DAY.format(n=2)} end"
    ),
    "gender": "nullif(gender, 'unknown')",
    "book_id": "b.id",
}


@contextmanager
def customer_rows(
    arrived: Arrived, findings: Sequence[Finding], columns: Sequence[str], books: Books
) -> Iterator[Csv]:
    """Give the rows that no finding refuses. They ask PostgreSQL nothing, which copies."""
    db = lake.session()
    selected = ", ".join(
        f"nullif(({EXPRESSIONS.get(name, f't.{name}')})::varchar, '') as {name}"
        for name in columns
    )
    db.register("books_named", _table(books))
    try:
        with refused_lines(findings):
            found = db.execute(
                f"select {selected} from {arrived.table} t "
                "left join books_named b on b.book = coalesce(t.book, '') "
                "and b.unit = coalesce(t.org_unit, '') "
                "anti join refused_lines r on r.line = t.line"
            )
            yield Csv(tuple(columns), _blocks(found.to_arrow_reader(BATCH)))
    finally:
        db.unregister("books_named")


def places_named(arrived: Arrived, findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Give each (book, branch) that the rows that stay name, in order."""
    if not (arrived.has("book") or arrived.has("org_unit")):
        return []
    with refused_lines(findings):
        return lake.rows(
            "select distinct coalesce(book, '') as book, coalesce(org_unit, '') as unit "
            f"from {arrived.table} t anti join refused_lines r on r.line = t.line "
            "order by book, unit"
        )


def _blocks(batches: pa.RecordBatchReader) -> Iterator[bytes]:
    plain = pa.csv.WriteOptions(include_header=False)
    for batch in batches:
        out = BytesIO()
        pa.csv.write_csv(batch, out, plain)
        yield out.getvalue()


def _table(books: Books) -> pa.Table:
    return pa.table(
        {
            "book": pa.array([book for book, _ in books], pa.string()),
            "unit": pa.array([unit for _, unit in books], pa.string()),
            "id": pa.array(list(books.values()), pa.int64()),
        }
    )
