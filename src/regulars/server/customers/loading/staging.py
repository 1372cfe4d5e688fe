"""What a load brings lies in a table of its own before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Columns that a file may bring, and their types in the staging table.
COLUMNS = {
    "number": "varchar(60) primary key",
    "kind": "text",
    "name": "text",
    "name_en": "text",
    "gender": "text",
    "birth_date": "date",
    "lunar_birthday": "text",
    "phone": "text",
    "email": "text",
    "address": "text",
    "district": "text",
    "occupation": "text",
    "business_class": "text",
    "id_tail": "text",
    "id_hash": "text",
    "book_id": "bigint",
    "since": "date",
    "source": "text",
    "preferred_channel": "text",
    "blocked_channels": "varchar[]",
    "consents": "jsonb",
    "risk_tolerance": "smallint",
    "note": "text",
}


@dataclass(frozen=True)
class Csv:
    """Rows as the database copies them: the columns in this order, nothing where none is."""

    columns: tuple[str, ...]
    blocks: Iterable[bytes]


Rows = Iterable[Mapping[str, Any]] | Csv


def stage(db: Any, rows: Rows, brought: list[str]) -> None:
    """Copy the rows into the temporary table `arriving`."""
    types = ", ".join(f"{name} {COLUMNS[name]}" for name in brought)
    db.execute(f"create temp table arriving ({types}) on commit drop")
    if isinstance(rows, Csv):
        with db.copy(
            f"copy arriving ({', '.join(rows.columns)}) from stdin (format csv)"
        ) as copy:
            for block in rows.blocks:
                copy.write(block)
        return
    with db.copy(f"copy arriving ({', '.join(brought)}) from stdin") as copy:
        for row in rows:
            copy.write_row([_plain(name, row.get(name)) for name in brought])


def _plain(name: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if name == "consents":
        return json.dumps(value)
    return value
