"""What a load leaves behind so that it can be undone: whom it opened, and what stood before.

The traces lie as Parquet beside the file, written in the load's own transaction. They count
only with the import's state, so a load that fails leaves traces that nobody follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from django.db import connection

from regulars.server.customers.loading import Witness
from regulars.server.intake import queries
from regulars.server.intake.models import Import
from regulars.server.products.models import Product

BATCH = 50_000
# What moves by itself, or says when: no value that a file brings.
VOLATILE = "array['updated_at', 'completeness', 'confirmed_at']"
OPENED = pa.schema([("id", pa.int64()), ("number", pa.string())])
CHANGED = pa.schema([("id", pa.int64()), ("was", pa.string()), ("became", pa.string())])
PRODUCT_FIELDS = (
    "name", "name_en", "category", "kind", "term_days", "rate", "risk_level", "yearly_margin",
)  # fmt: skip


@contextmanager
def of_customers(found: Import) -> Iterator[Witness]:
    """Write down whom the enclosed load opens, and what it changes, as its witness.

    In the load's transaction, which sees everybody.
    """
    folder = queries.traces(found)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("opened.parquet", "changed.parquet"):
        (folder / name).unlink(missing_ok=True)  # of a load that failed
    yield _Traces(folder)
    with connection.cursor() as db:
        db.execute("select to_regclass('pg_temp.trace') is not null")
        if db.fetchone()[0]:
            _copy_out(_CHANGES, CHANGED, folder / "changed.parquet")
            db.execute("drop table trace")


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

    def opened(self, db: Any, numbers: str) -> None:
        _copy_out(
            f"select c.id, c.number from customers_customer c where c.number in ({numbers}) "
            "order by c.id",
            OPENED,
            self.folder / "opened.parquet",
        )


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


@contextmanager
def of_products(found: Import, codes: Iterable[str]) -> Iterator[None]:
    """Write down which products the enclosed load opens, and whose values it changes."""
    wanted = set(codes)
    before = _products(wanted)
    yield
    after = _products(wanted)
    folder = queries.traces(found)
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "opened": {code: values for code, values in after.items() if code not in before},
        "changed": {
            code: {"was": before[code], "became": values}
            for code, values in after.items()
            if code in before and before[code] != values
        },
    }
    text = json.dumps(told, ensure_ascii=False)
    (folder / "products.json").write_text(text, "utf-8")


def _products(codes: set[str]) -> dict[str, dict[str, Any]]:
    found = Product.objects.filter(code__in=codes).order_by("code")
    return {one.code: product_values(one) for one in found}


def product_values(product: Product) -> dict[str, Any]:
    """The values of a product as JSON keeps them."""
    values = {name: getattr(product, name) for name in PRODUCT_FIELDS}
    return {
        name: value if value is None or isinstance(value, int | str) else str(value)
        for name, value in values.items()
    }


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
