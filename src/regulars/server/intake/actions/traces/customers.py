"""Whom a load opened, whose values it changed, and what it moved among other sources' words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from django.db import connection

from regulars.server.channels.models import Consent
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.loading import Witness
from regulars.server.intake import queries
from regulars.server.intake.models import Import

BATCH = 50_000
# What moves by itself, or says when: no value that a file brings.
VOLATILE = "array['updated_at', 'completeness']"
SEEN = pa.schema(
    [("id", pa.int64())] + [(name, pa.string()) for name in ("field", "rank", "was", "became")]
)
SAID = pa.schema([("entry", pa.int64())])
OPENED = pa.schema([("id", pa.int64()), ("number", pa.string())])
CHANGED = pa.schema([("id", pa.int64()), ("was", pa.string()), ("became", pa.string())])


@contextmanager
def of_customers(found: Import) -> Iterator[Witness]:
    """Write down whom the enclosed load opens, and what it changes, as its witness.

    In the load's transaction, which sees everybody.
    """
    folder = queries.traces(found)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("opened.parquet", "changed.parquet", "seen.parquet"):
        (folder / name).unlink(missing_ok=True)  # of a load that failed
    yield _Traces(folder)
    with connection.cursor() as db:
        db.execute("select to_regclass('pg_temp.trace') is not null")
        if db.fetchone()[0]:
            _copy_out(_CHANGES, CHANGED, folder / "changed.parquet")
            _copy_out(_SEEN, SEEN, folder / "seen.parquet")
            db.execute("drop table trace, seen_before")


class _Traces:
    """Lays aside what stood before; it is compared when the load is done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def changing(self, db: Any, ids: str) -> None:
        db.execute(
            f"create temp table trace on commit drop as select c.id, to_jsonb(c) - {VOLATILE} "
            f"as was from customers_customer c where c.id in ({ids})"
        )
        db.execute("analyze trace (id)")
        db.execute(_SEEN_BEFORE)

    def opened(self, db: Any, numbers: str) -> None:
        _copy_out(
            f"select c.id, c.number from customers_customer c where c.number in ({numbers}) "
            "order by c.id",
            OPENED,
            self.folder / "opened.parquet",
        )


@contextmanager
def of_consents(found: Import, *, by: Actor, at: datetime) -> Iterator[None]:
    """Write down what the enclosed load adds to the ledger of consents, and of whom it tells.

    What it changes of customers whom the file opened goes with them.
    """
    newest = Consent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    own = f"entry.id > {newest:d} and entry.source = 'import' and entry.actor = %s"
    with connection.cursor() as db:
        db.execute(
            "create temp table told_before on commit drop as "
            "select id, consents from customers_customer where consents <> '{}'"
        )
        db.execute("analyze told_before (id)")
    yield
    with connection.cursor() as db:
        db.execute(
            "create temp table told_now on commit drop as select entry.id as entry, "
            f"entry.customer_id as id from channels_consent entry where {own} "
            "and entry.recorded_at = %s",
            [audit.label(by), at],
        )
        db.execute("select exists (select 1 from told_now)")
        if db.fetchone()[0]:
            folder = queries.traces(found)
            _copy_out(
                "select entry from told_now order by entry", SAID, folder / "said.parquet"
            )
            _leave_out_opened(db, folder / "opened.parquet")
            _copy_out(_TOLD, CHANGED, folder / "told.parquet")
        db.execute("drop table told_before, told_now")


def _leave_out_opened(db: Any, path: Path) -> None:
    if not path.exists():
        return
    db.execute("create temp table opened_now (id bigint) on commit drop")
    with db.copy("copy opened_now from stdin") as copy:
        for batch in parquet.ParquetFile(path).iter_batches(columns=["id"]):
            for key in batch.column(0).to_pylist():
                copy.write_row([key])
    db.execute("delete from told_now n using opened_now o where o.id = n.id")
    db.execute("drop table opened_now")


_PROVEN = "'provenance', case when c.provenance ? 'consents' then "
_PROVEN += "jsonb_build_object('consents', c.provenance -> 'consents') else '{}' end"
_WAS = "coalesce(b.consents, '{}')"
_TOLD = f"""
    select c.id, jsonb_build_object('consents', {_WAS}, {_PROVEN})::text,
           jsonb_build_object('consents', c.consents, {_PROVEN})::text
    from (select distinct id from told_now) n join customers_customer c on c.id = n.id
    left join told_before b on b.id = c.id where c.consents <> {_WAS} order by c.id
"""
# What other sources say beside the values that stand, before the load and after it.
_WORDS = "select s.customer_id as id, s.field, s.rank, to_jsonb(s) - 'id' as said"
_SEEN_BEFORE = (
    f"create temp table seen_before on commit drop as {_WORDS} from customers_seenvalue s "
    "where s.customer_id in (select c.id from arriving a "
    "join customers_customer c on c.number = a.number)"
)
_SEEN = f"""
    select id, field, rank::text, b.said::text, a.said::text from seen_before b
    full join ({_WORDS} from customers_seenvalue s where s.customer_id in
               (select id from trace union select id from seen_before)) a
    using (id, field, rank) where a.said is distinct from b.said order by id, field, rank
"""
# OFFSET 0 keeps a file from being made JSON anew for each of its values.
_CHANGES = f"""
    select pair.id, d.was::text, d.became::text
    from (select c.id, trace.was, to_jsonb(c) - {VOLATILE} as became
          from trace join customers_customer c on c.id = trace.id offset 0) pair
    cross join lateral (
      select jsonb_object_agg(w.key, w.value) as was,
             jsonb_object_agg(w.key, pair.became -> w.key) as became
      from jsonb_each(pair.was) w where w.value is distinct from pair.became -> w.key) d
    where pair.was <> pair.became order by pair.id
"""


def _copy_out(select: str, schema: pa.Schema, path: Any) -> None:
    """Stream the rows of a SELECT into a Parquet file."""
    with (
        connection.cursor() as db,
        parquet.ParquetWriter(path, schema, compression="zstd") as writer,
        db.copy(f"copy ({select}) to stdout") as copy,
    ):
        copy.set_types(["int8", *["text"] * (len(schema) - 1)])
        batch: list[tuple[Any, ...]] = []
        for row in copy.rows():
            batch.append(row)
            if len(batch) >= BATCH:
                writer.write_table(_table(batch, schema))
                batch.clear()
        if batch:
            writer.write_table(_table(batch, schema))


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    return pa.table(
        [
            pa.array(column, field.type)
            for column, field in zip(zip(*rows, strict=True), schema, strict=True)
        ],
        schema=schema,
    )
