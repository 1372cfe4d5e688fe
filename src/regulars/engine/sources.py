"""From files to a ledger: a CSV in a notebook, the Parquet files of a home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir

from regulars.engine.backends.duckdb import Connection, connect, scan_csv, scan_parquet
from regulars.engine.ledger import Ledger, LedgerError

Files = str | Path | Sequence[str | Path]


def read_csv(path: Files, *, connection: Connection | None = None, **columns: str) -> Ledger:
    """Open a CSV of transactions as a ledger.

    Parameters
    ----------
    path
        A file, a glob or a list of them.
    columns
        Our name = the file's name, such as `customer_id="CustomerID"`. Columns that carry
        our names already need no mention. Without `amount`, `quantity` times `unit_price`
        is taken.

    Raises
    ------
    UnreadableFile, LedgerError
    """
    connection = connection or connect()
    return Ledger(transactions=_fit(scan_csv(path, connection), columns))


def read_parquet(
    path: Files, *, connection: Connection | None = None, **columns: str
) -> Ledger:
    """Open Parquet files of transactions as a ledger; see `read_csv`."""
    connection = connection or connect()
    return Ledger(transactions=_fit(scan_parquet(path, connection), columns))


def open_ledger(
    files: Mapping[str, Files], *, scale: int = 1, connection: Connection | None = None
) -> Ledger:
    """Open the Parquet files of a home, such as `{"transactions": [...], "balances": [...]}`.

    Parameters
    ----------
    files
        Paths or globs by table name; tables without files are left out. "days" are the files
        that `write_days` wrote, one for each file of transactions.
    scale
        100 where amounts are whole cents.
    """
    connection = connection or connect()
    tables = {name: scan_parquet(given, connection) for name, given in files.items() if given}
    if "transactions" not in tables:
        tables["transactions"] = connection.create_table(
            "no_transactions", schema=_NO_TRANSACTIONS, temp=True, overwrite=True
        )
    try:
        return Ledger(**tables, scale=scale)
    except TypeError as error:
        raise LedgerError(
            f"The tables are {', '.join(files)}; a ledger knows transactions, balances, "
            "holdings, events, touches, attributes and days. Rename them first."
        ) from error


_NO_TRANSACTIONS = ibis.schema(
    {
        "customer_id": "int64",
        "occurred_at": "timestamp",
        "local_date": "date",
        "amount": "int64",
        "kind": "string",
    }
)


def _fit(table: ir.Table, columns: Mapping[str, str]) -> ir.Table:
    unknown = [theirs for theirs in columns.values() if theirs not in table.columns]
    if unknown:
        raise LedgerError(
            f"The file has no column {', '.join(unknown)}; it has "
            f"{', '.join(table.columns)}. Correct the name on the right of the sign."
        )
    clashing = [ours for ours, theirs in columns.items() if ours != theirs]
    table = table.drop(*[name for name in clashing if name in table.columns])
    table = table.rename({ours: columns[ours] for ours in clashing})
    if "amount" not in table.columns and {"quantity", "unit_price"} <= set(table.columns):
        table = table.mutate(amount=table.quantity * table.unit_price)
    return _with_time(table)


def _with_time(table: ir.Table) -> ir.Table:
    if "occurred_at" not in table.columns:
        return table
    kind = table.occurred_at.type()
    if not (kind.is_timestamp() or kind.is_date()):
        raise LedgerError(
            f"The column occurred_at holds {kind}, not a time; its dates were not "
            "recognised. Write them as 2025-01-31 or 2025-01-31 09:30:00."
        )
    return table.mutate(occurred_at=table.occurred_at.cast("timestamp"))
