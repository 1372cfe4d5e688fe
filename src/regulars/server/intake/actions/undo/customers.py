"""Customers whom a file opened go, and values that it changed stand as before.

A customer stays where anything was changed since, or where something of theirs is on file:
a contact, a tie, a fact of another file. What is computed anew does not hold anybody.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
from django.db import connection, models

from regulars.server.channels.models import Consent
from regulars.server.core import custody, walls
from regulars.server.customers import loading
from regulars.server.customers.actions import quality
from regulars.server.customers.models import Customer, FactKey, SeenValue
from regulars.server.intake.actions.undo import lake
from regulars.server.intake.actions.undo.kept import Kept, Taken


def take_out(folder: Path, *, origin: str, at: datetime) -> Taken:
    """Remove and restore. In a transaction that sees everybody."""
    with connection.cursor() as db:
        opened = _stage(db, folder / "opened.parquet", "undo_opened", "id bigint, number text")
        _stage(
            db, folder / "changed.parquet", "undo_changed", "id bigint, was jsonb, became jsonb"
        )
        _fill(db, folder / "told.parquet", "undo_changed")
        _stage(
            db,
            folder / "seen.parquet",
            "undo_seen",
            "id bigint, field text, rank smallint, was jsonb, became jsonb",
        )
        _stage(db, folder / "said.parquet", "undo_said", "id bigint")
        restored, values, kept = _restore(db, origin=origin, at=at)
        removed, stayed = _remove(db)
        db.execute("drop table undo_opened, undo_changed, undo_seen, undo_said")
    return Taken(opened, removed, restored, values, [*stayed, *kept])


def _stage(db: Any, path: Path, table: str, columns: str) -> int:
    db.execute(f"create temp table {table} ({columns}) on commit drop")
    return _fill(db, path, table)


def _fill(db: Any, path: Path, table: str) -> int:
    count = 0
    if path.exists():
        with db.copy(f"copy {table} from stdin") as copy:
            for batch in parquet.ParquetFile(path).iter_batches(batch_size=50_000):
                count += batch.num_rows
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    copy.write_row(row)
        db.execute(f"analyze {table}")
    return count


def _restore(db: Any, *, origin: str, at: datetime) -> tuple[int, int, list[Kept]]:
    """Put values back where the file's own still stands; return the others."""
    db.execute(
        "create temp table undo_value on commit drop as "
        "select u.id, c.number, v.key as field, v.value as was, "
        "c.provenance -> v.key is not distinct from u.became -> 'provenance' -> v.key "
        "and to_jsonb(c) -> v.key is not distinct from u.became -> v.key as own "
        "from undo_changed u join customers_customer c on c.id = u.id "
        "cross join lateral jsonb_each(u.was) v "
        "where v.key not in ('provenance', 'confirmed_at') "
        "and c.state not in ('merged', 'erased')"
    )
    db.execute("select distinct field from undo_value where own order by field")
    fields = [field for (field,) in db.fetchall()]
    restored = 0
    if fields:
        db.execute(
            "create temp table undo_back on commit drop as select id, "
            "jsonb_object_agg(field, was) as back from undo_value where own group by id"
        )
        quoted = [connection.ops.quote_name(field) for field in fields]
        sets = ", ".join(
            f"{name} = case when b.back ? '{field}' "
            f"then (jsonb_populate_record(null::customers_customer, b.back)).{name} "
            f"else c.{name} end"
            for name, field in zip(quoted, fields, strict=True)
        )
        db.execute(
            f"update customers_customer c set {sets}, updated_at = %s "
            "from undo_back b where b.id = c.id and c.state not in ('merged', 'erased')",
            [at],
        )
        restored = db.rowcount
        loading.index(db, "c.id in (select id from undo_back)")
        db.execute("select array_agg(id) from undo_back")
        quality.measure(db.fetchone()[0])
    _restore_provenance(db)
    _restore_freshness(db)
    _restore_others(db, origin=origin)
    held = _refusals_that_stand(db) if "consents" in fields else []
    db.execute("drop table if exists undo_back")
    db.execute("select count(*) from undo_value where own")
    (values,) = db.fetchone()
    db.execute("select number, field from undo_value where not own order by number, field")
    kept = [Kept("customer", number, field, "changed") for number, field in db.fetchall()]
    db.execute("drop table undo_value")
    return restored, int(values) - len(held), [*kept, *held]


def _refusals_that_stand(db: Any) -> list[Kept]:
    """Whose no the ledger of consents keeps, though the file that brought it is taken out."""
    db.execute(
        "select c.number from undo_back b join customers_customer c on c.id = b.id "
        "where b.back ? 'consents' and c.consents <> b.back -> 'consents' order by c.number"
    )
    return [Kept("customer", number, "consents", "refusal") for (number,) in db.fetchall()]


def _restore_provenance(db: Any) -> None:
    """Say again of a value where it came from before, unless somebody said it since."""
    db.execute(
        "update customers_customer c set provenance = (c.provenance - s.named) || s.before "
        "from (select u.id, array_agg(k.key) as named, coalesce(jsonb_object_agg("
        "k.key, u.was -> 'provenance' -> k.key) "
        "filter (where u.was -> 'provenance' ? k.key), '{}') as before "
        "from undo_changed u join customers_customer now on now.id = u.id "
        "cross join lateral jsonb_each(u.became -> 'provenance') k "
        "where u.was -> 'provenance' -> k.key is distinct from k.value "
        "and now.provenance -> k.key = k.value and now.state not in ('merged', 'erased') "
        "and not exists (select 1 from undo_value v "
        "where v.id = u.id and v.field = k.key and not v.own) group by u.id) s "
        "where s.id = c.id"
    )


def _restore_freshness(db: Any) -> None:
    """That the file found a customer's data true counts no more."""
    db.execute(
        "update customers_customer c "
        "set confirmed_at = (u.was ->> 'confirmed_at')::timestamptz "
        "from undo_changed u where c.id = u.id and u.became ? 'confirmed_at' "
        "and c.confirmed_at = (u.became ->> 'confirmed_at')::timestamptz"
    )


def _restore_others(db: Any, *, origin: str) -> None:
    """Beside the values stands again what other sources say, and nothing of this file."""
    SeenValue.objects.filter(source=origin).delete()
    # A value that the file displaced was laid beside; where it stands again it is no other.
    db.execute(
        "delete from customers_seenvalue s using undo_seen u, undo_value v "
        "where s.customer_id = u.id and s.field = u.field and s.rank = u.rank "
        "and to_jsonb(s) - 'id' = u.became "
        "and v.id = u.id and v.field = u.field and v.own"
    )
    db.execute(
        "insert into customers_seenvalue (customer_id, field, rank, value, source, told) "
        "select u.id, u.field, u.rank, u.was ->> 'value', u.was ->> 'source', u.was ->> 'told' "
        "from undo_seen u join customers_customer c on c.id = u.id "
        "where u.was is not null and c.state not in ('merged', 'erased') "
        "and u.was ->> 'value' is distinct from to_jsonb(c) ->> u.field "
        "on conflict do nothing"
    )


def _remove(db: Any) -> tuple[int, list[Kept]]:
    """Remove whom the file opened and nobody needs; return those who stay."""
    db.execute("create temp table undo_stay (id bigint, why text) on commit drop")
    db.execute(
        "insert into undo_stay select c.id, 'changed' from undo_opened o "
        "join customers_customer c on c.id = o.id "
        "where c.updated_at <> c.created_at or c.state in ('merged', 'erased')"
    )
    db.execute(
        "insert into undo_stay select o.id, 'used' from undo_opened o where exists "
        f"(select 1 from {Consent._meta.db_table} t where t.customer_id = o.id "
        "and not exists (select 1 from undo_said s where s.id = t.id))"
    )
    for table, column in _holding():
        db.execute(
            f"insert into undo_stay select o.id, 'used' from undo_opened o "
            f"where exists (select 1 from {table} t where t.{column} = o.id)"
        )
    _hold_by_facts(db)
    db.execute(
        "create temp table undo_going on commit drop as select c.id from undo_opened o "
        "join customers_customer c on c.id = o.id "
        "where not exists (select 1 from undo_stay s where s.id = o.id)"
    )
    db.execute("analyze undo_going")
    # What the file itself said of consents goes with those of whom nothing else is known.
    db.execute("select set_config('app.custody', 'on', true)")
    db.execute(
        f"delete from {Consent._meta.db_table} t using undo_going g where t.customer_id = g.id"
    )
    db.execute("select set_config('app.custody', '', true)")
    for table, column in _made_anew():
        db.execute(f"delete from {table} t using undo_going g where t.{column} = g.id")
    db.execute("delete from customers_customer c using undo_going g where c.id = g.id")
    removed = int(db.rowcount)
    db.execute(
        "select o.number, min(s.why) from undo_opened o join undo_stay s on s.id = o.id "
        "group by o.number order by o.number"
    )
    stayed = [Kept("customer", number, "", why) for number, why in db.fetchall()]
    db.execute("drop table undo_stay, undo_going")
    return removed, stayed


def _hold_by_facts(db: Any) -> None:
    db.execute(
        "select k.fact_key, k.customer_id from undo_opened o "
        "join customers_factkey k on k.customer_id = o.id"
    )
    keys = dict(db.fetchall())
    bare = lake.without_facts(list(keys))
    with db.copy("copy undo_stay from stdin") as copy:
        for key, customer in keys.items():
            if key not in bare:
                copy.write_row([customer, "facts"])


def _holding() -> list[tuple[str, str]]:
    """Tables (with the column that names the customer) whose rows hold a customer on file."""
    free = {*_made_anew(), (Consent._meta.db_table, "customer_id")}
    return [
        place for place in _naming() if place not in free and place[0] != "customers_customer"
    ] + [("customers_customer", "merged_into_id")]


def _made_anew() -> list[tuple[str, str]]:
    """Tables of which nobody is held: of the file itself, and computed anew every night."""
    own = {
        (rows.model._meta.db_table, _column(rows.model, rows.name))
        for rows in custody.all_rows()
        if rows.stays and rows.model._meta.app_label == Customer._meta.app_label
    }
    versions = {(table, "customer_id") for table in walls.VERSIONED}
    with_file = {(model._meta.db_table, "customer_id") for model in (FactKey, SeenValue)}
    return sorted(own | versions | with_file)


def _naming() -> list[tuple[str, str]]:
    """Every column of the database that names a customer by a key."""
    return sorted(
        (field.related_model._meta.db_table, str(field.field.column))
        for field in Customer._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ForeignObjectRel)
        and not isinstance(field, models.ManyToManyRel)
    )


def _column(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]
