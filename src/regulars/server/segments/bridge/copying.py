"""Everybody's attributes go to Parquet, before a board is made of them."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from regulars.server.facts.lake import quote
from regulars.server.segments.bridge.records import ATTRIBUTES, select_records
from regulars.server.segments.bridge.workbench import open_workbench


def copy_out(folder: Path, *, zone: str) -> tuple[Path, int]:
    """Bring everybody's attributes to Parquet; return the file and the last touch known."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch, path = folder / "attributes.csv", folder / "attributes.parquet"
    with connection.cursor() as db:
        db.execute("select coalesce(max(id), 0) from channels_touch")
        (touch,) = db.fetchone()
        select = select_records("true", zone=zone)
        with (
            open(scratch, "wb") as out,
            db.copy(f"copy ({select}) to stdout (format csv)") as copy,
        ):
            for block in copy:
                out.write(block)
    types = ", ".join(f"'{name}': '{type_}'" for name, (_, type_) in ATTRIBUTES.items())
    with open_workbench() as db:
        table = (
            f"read_csv({quote(str(scratch))}, header = false, columns = {{{types}}})"
            if scratch.stat().st_size
            else f"(select {_nothing()} where false)"
        )
        texts = [n for n, (_, t) in ATTRIBUTES.items() if t == "varchar"]
        filled = ", ".join(f"coalesce({name}, '') as {name}" for name in texts)
        db.execute(
            f"copy (select * replace ({filled}) from {table}) to {quote(str(path))} "
            "(format parquet, row_group_size 122880)"
        )
    scratch.unlink()
    return path, int(touch)


def _nothing() -> str:
    return ", ".join(f"null::{type_} as {name}" for name, (_, type_) in ATTRIBUTES.items())
