"""Files that leave the house. Every cell is safe to open, every id stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.db import connection

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.files import FORMATS, Rows
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring

CUSTOMERS = (
    "number", "kind", "name", "name_en", "gender", "birth_date", "lunar_birthday", "phone",
    "email", "address", "district", "occupation", "industry", "business_class", "book",
    "branch", "since", "source",
)  # fmt: skip


class UnknownFormat(BadInput):
    """The file's ending names no format we write."""


class NoScores(Refused):
    """Nothing was scored yet."""


def write(what: str, to: Path, *, by: Actor, at: datetime) -> int:
    """Write `customers`, `scores` or `tiers` of the current run; return the rows.

    The file has its name only when it is complete.
    """
    writer = FORMATS.get(to.suffix.lower().removeprefix("."))
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
        "c.phone, c.email, c.address, c.district, c.occupation, c.industry, c.business_class, "
        "b.code, o.code, c.since, c.source "
        "from customers_customer c join core_book b on b.id = c.book_id "
        "join core_orgunit o on o.id = b.org_unit_id order by c.number"
    )
    return CUSTOMERS, iter(db.fetchall())


def _of_run(what: str) -> tuple[Sequence[str], Rows]:
    run = scoring.current_run()
    if run is None:
        raise NoScores("There are no scores yet. Run `regulars score` first.")
    db = connection.cursor()
    db.execute("select id, number from customers_customer where not no_profiling")
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
