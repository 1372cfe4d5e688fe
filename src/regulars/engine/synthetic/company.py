"""A company is twelve tables and the parameters that made them.

Money is int64 minor units (fen); identifiers are strings a company would use (customer
numbers, usernames, product codes), never database ids; times are UTC, dates are local.
Tables come sorted by customer and time, so the same seed gives the same bytes. The large
ones hold `customer` and codes as Arrow dictionaries to stay small; `write` and
`transactions_csv` decode them, so files hold plain strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from regulars.engine.synthetic.schema import TABLES


@dataclass(frozen=True)
class Company:
    """A synthetic company: tables as in `SCHEMAS`, and the truth behind them.

    `parameters` names the process that made the purchases: `r alpha a b` of BG/NBD (Fader,
    Hardie, Lee 2005) with time in weeks, `p q gamma` of gamma-gamma with spend in fen.
    Facts lie in `[start, until]`, both local days included.
    """

    name: str
    name_en: str
    kind: str
    start: date
    until: date
    seed: int
    parameters: Mapping[str, float]
    org_units: pa.Table
    people: pa.Table
    books: pa.Table
    products: pa.Table
    customers: pa.Table
    relations: pa.Table
    transactions: pa.Table
    balances: pa.Table
    holdings: pa.Table
    interactions: pa.Table
    events: pa.Table
    truth: pa.Table
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"

    def table(self, name: str) -> pa.Table:
        """Return one of `TABLES` by its name."""
        table: pa.Table = getattr(self, name)
        return table

    def write(self, folder: Path | str) -> dict[str, Path]:
        """Write every table as `<folder>/<table>.parquet` and return the paths by name."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        return {name: _write_parquet(self.table(name), target / name) for name in TABLES}

    def transactions_csv(self, path: Path | str, *, rows: int | None = None) -> Path:
        """Write transactions as a CSV that `regulars import` can read.

        Header of the import fields, amounts in yuan with two decimals, local time without
        a zone: what a core system would export. `rows` keeps only the first so many.
        """
        target = Path(path)
        with target.open("wb") as sink:
            sink.write(",".join(_CSV_HEADER).encode() + b"\n")
            for batch in _batches(self.transactions.slice(0, rows)):
                pa_csv.write_csv(
                    _as_exported(batch), sink, pa_csv.WriteOptions(include_header=False)
                )
        return target


_CSV_HEADER = (
    "customer_id",
    "occurred_at",
    "amount",
    "order_id",
    "product_id",
    "category",
    "channel",
    "branch",
    "kind",
    "external_id",
)


def _write_parquet(table: pa.Table, stem: Path) -> Path:
    path = stem.with_suffix(".parquet")
    with pq.ParquetWriter(path, _plain_schema(table.schema)) as writer:
        for batch in _batches(table):
            writer.write_table(batch)
    return path


def _batches(table: pa.Table) -> Iterator[pa.Table]:
    # In steps, because decoding 50 million customer numbers at once doubles the memory.
    schema = _plain_schema(table.schema)
    for start in range(0, table.num_rows, 1_000_000):
        yield table.slice(start, 1_000_000).cast(schema)


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [
            pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
            for f in schema
        ]
    )


def _as_exported(batch: pa.Table) -> pa.Table:
    local = batch["occurred_at"].cast(pa.timestamp("us", tz="Asia/Shanghai"))
    text = pc.strftime(local, format="%Y-%m-%d %H:%M:%S")
    # "%S" prints fractions of a second; an export has none
    text = pc.utf8_slice_codeunits(text, 0, 19)
    yuan = batch["amount"].cast(pa.decimal128(19, 0))
    cents = pc.multiply(yuan, pa.scalar("0.01", pa.string()).cast(pa.decimal128(3, 2)))
    columns = {"occurred_at": text, "amount": cents.cast(pa.decimal128(19, 2))}
    return pa.table(
        [columns.get(name, batch[name]) for name in batch.column_names], names=_CSV_HEADER
    )
