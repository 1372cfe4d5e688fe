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
    connection
        From `connect`; None opens one. Tables that meet must be of the same one.

    Returns
    -------
    Ledger
        of transactions only; nothing is read until a result is asked for.

    Raises
    ------
    UnreadableFile
        where a file is missing or is no CSV.
    LedgerError
        where a named column is not in the file, a needed one is missing, or times were not
        recognised.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "orders.csv"
    ...     _ = file.write_text("Member,Day,Qty,Price\\n7,2026-01-05,2,9.5\\n", "utf-8")
    ...     ledger = read_csv(file, customer_id="Member", occurred_at="Day",
    ...                       quantity="Qty", unit_price="Price")
    ...     ledger.transactions.to_pyarrow()["amount"].to_pylist()
    [19.0]
    """
    connection = connection or connect()
    return Ledger(transactions=_fit(scan_csv(path, connection), columns))


def read_parquet(
    path: Files, *, connection: Connection | None = None, **columns: str
) -> Ledger:
    """Open Parquet files of transactions as a ledger.

    Parameters
    ----------
    path, columns, connection
        As for `read_csv`; files with more or fewer columns are matched by name.

    Returns
    -------
    Ledger
        of transactions only, lazy.

    Raises
    ------
    UnreadableFile, LedgerError
        As for `read_csv`.

    Examples
    --------
    >>> from datetime import date
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "orders.parquet"
    ...     ibis.memtable({"who": [1, 2], "local_date": [date(2026, 1, 5)] * 2,
    ...                    "amount": [8.0, 3.0]}).to_parquet(file)
    ...     ledger = read_parquet(file, customer_id="who")
    ...     ledger.transactions.amount.sum().to_pyarrow().as_py()
    11.0
    """
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
    connection
        From `connect`; None opens one.

    Returns
    -------
    Ledger
        lazy; without files of transactions it has an empty table of them.

    Raises
    ------
    UnreadableFile
        where a file is missing or is no Parquet.
    LedgerError
        where a name is no table of a ledger, or a table lacks a column.

    Examples
    --------
    >>> from datetime import date
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "2026-01.parquet"
    ...     ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 5)],
    ...                    "amount": [1999]}).to_parquet(file)
    ...     ledger = open_ledger({"transactions": [file], "balances": []}, scale=100)
    ...     ledger.transactions.count().to_pyarrow().as_py(), ledger.balances
    (1, None)
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
