"""What a load leaves behind so that it can be undone: whom it opened, and what stood before.

The traces lie as Parquet beside the file, written in the load's own transaction. They count
only with the import's state, so a load that fails leaves traces that nobody follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from django.db import connection

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
def of_customers(
    found: Import, numbers: Iterable[str], *, values: bool = True
) -> Iterator[None]:
    """Write down whom the enclosed load opens among these numbers, and whose values it changes.

    In the load's transaction, which sees everybody. Without `values` only who was opened.
    """
    was = f"to_jsonb(c) - {VOLATILE}" if values else "null::jsonb"
    with connection.cursor() as db:
        db.execute("create temp table coming (number varchar(60)) on commit drop")
        with db.copy("copy coming from stdin") as copy:
            for number in numbers:
                copy.write_row([number])
        db.execute(
            "create temp table trace on commit drop as with recursive named (id, heir) as ("
            "select c.id, c.merged_into_id from coming "
            "join customers_customer c on c.number = coming.number "
            "union select s.id, s.merged_into_id from named "
            "join customers_customer s on s.id = named.heir) "  # a merged file lives on there
            f"select distinct on (c.id) c.id, {was} as was "
            "from named join customers_customer c on c.id = named.id"
        )
        db.execute("analyze trace")
    yield
    folder = queries.traces(found)
    folder.mkdir(parents=True, exist_ok=True)
    _copy_out(
        "select c.id, c.number from coming join customers_customer c "
        "on c.number = coming.number where not exists "
        "(select 1 from trace where trace.id = c.id) order by c.id",
        OPENED,
        folder / "opened.parquet",
    )
    if values:
        _copy_out(_CHANGES, CHANGED, folder / "changed.parquet")
    with connection.cursor() as db:
        db.execute("drop table coming, trace")


_CHANGES = f"""
    select id, (select jsonb_object_agg(key, value) from jsonb_each(was)
                where value is distinct from became -> key)::text,
           (select jsonb_object_agg(key, value) from jsonb_each(became)
            where value is distinct from was -> key)::text
    from (select c.id, trace.was, to_jsonb(c) - {VOLATILE} as became
          from trace join customers_customer c on c.id = trace.id) pair
    where was <> became order by id
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
