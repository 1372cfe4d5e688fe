"""Whole files of customers at once: COPY beside the wall, then one statement each.

Used by imports and by the demo. Rules of the set-wise load: a number that exists is
changed in the columns that the file brings, an unknown one is opened; each gets a
pseudonym and a search entry. One audit entry for the whole load.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, public_ids
from regulars.server.customers import rules

TEXT = "text not null default ''"
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
    "id_tail": "text",
    "book_id": "bigint",
    "since": "date",
    "source": "text",
    "preferred_channel": "text",
    "blocked_channels": "varchar[]",
    "consents": "jsonb",
    "risk_tolerance": "smallint",
    "note": "text",
}
EMPTY = {"blocked_channels": "'{}'", "consents": "'{}'::jsonb", "kind": "'person'"}
NULLABLE = {"birth_date", "since", "risk_tolerance"}


@dataclass(frozen=True)
class Loaded:
    """How many files were opened, and how many that existed were changed."""

    added: int
    changed: int


@transaction.atomic
def load(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    default_book: Book,
    origin: str,
    by: Actor,
    at: datetime,
) -> Loaded:
    """Open or change a file per row. `columns` names what the rows bring (with number).

    Rows must have distinct numbers. Values are typed already; None leaves the existing
    value of a customer as it is, and is empty for a new one.
    """
    brought = [name for name in COLUMNS if name in columns]
    types = ", ".join(f"{name} {COLUMNS[name]}" for name in brought)
    with connection.cursor() as db:
        db.execute(f"create temp table arriving ({types}) on commit drop")
        with db.copy(f"copy arriving ({', '.join(brought)}) from stdin") as copy:
            for row in rows:
                copy.write_row([_plain(name, row.get(name)) for name in brought])
        changed = _change(db, brought, origin=origin, at=at)
        added = _open_files(db, brought, default_book=default_book, origin=origin, at=at)
        db.execute("drop table arriving")
    audit.record("customers.file.loaded", origin, by=by, at=at, added=added, changed=changed)
    return Loaded(added, changed)


@transaction.atomic
def ensure(
    numbers: Iterable[str], *, default_book: Book, by: Actor, at: datetime, origin: str
) -> int:
    """Open an unassigned stub for each number that is unknown; return how many."""
    with connection.cursor() as db:
        db.execute("create temp table arriving (number varchar(60) primary key) on commit drop")
        with db.copy("copy arriving (number) from stdin") as copy:
            for number in numbers:
                copy.write_row([number])
        added = _open_files(
            db, ["number"], default_book=default_book, origin=origin, at=at, state="stub"
        )
        db.execute("drop table arriving")
    _tell_planner(added)
    if added:
        audit.record("customers.stubs.opened", origin, by=by, at=at, added=added)
    return added


def known(numbers: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield (number, fact key) of the numbers that are on file."""
    with connection.cursor() as db:
        db.execute("create temp table asked (number varchar(60) primary key) on commit drop")
        with db.copy("copy asked (number) from stdin") as copy:
            for number in numbers:
                copy.write_row([number])
        db.execute(
            "select c.number, min(k.fact_key) from asked a "
            "join customers_customer c on c.number = a.number "
            "join customers_factkey k on k.customer_id = c.id group by c.number"
        )
        found = db.fetchall()
        db.execute("drop table asked")
    yield from found


def _tell_planner(rows: int) -> None:
    if rows > 1_000:
        tables = ("customers_customer", "customers_factkey", "customers_customersearch")
        core.refresh_statistics(*tables)


def _change(db: Any, brought: list[str], *, origin: str, at: datetime) -> int:
    fields = [name for name in brought if name != "number"]
    if not fields:
        return 0
    sets = ", ".join(f"{name} = coalesce(a.{name}, c.{name})" for name in fields)
    differs = " or ".join(
        f"(a.{name} is not null and a.{name} is distinct from c.{name})" for name in fields
    )
    stamp = json.dumps({name: [origin, at.date().isoformat()] for name in fields})
    db.execute(
        f"update customers_customer c set {sets}, updated_at = %s, "
        "state = case when c.state = 'stub' then 'active' else c.state end, "
        "provenance = c.provenance || %s::jsonb "
        f"from arriving a where a.number = c.number and (({differs}) or c.state = 'stub') "
        "returning c.id",
        [at, stamp],
    )
    ids = [row[0] for row in db.fetchall()]
    if ids:
        _index(db, "c.id = any(%s)", [ids])
    return len(ids)


def _open_files(
    db: Any,
    brought: list[str],
    *,
    default_book: Book,
    origin: str,
    at: datetime,
    state: str = "active",
) -> int:
    db.execute(
        "create temp table opening on commit drop as select a.number from arriving a "
        "where not exists (select 1 from customers_customer c where c.number = a.number) "
        "order by a.number"
    )
    db.execute("select count(*) from opening")
    (count,) = db.fetchone()
    if count:
        db.execute("create temp table fresh_id (n bigint primary key, id text) on commit drop")
        with db.copy("copy fresh_id from stdin") as copy:
            for n, text in zip(range(1, count + 1), public_ids(), strict=False):
                copy.write_row([n, text])
        _insert(db, brought, default_book=default_book, origin=origin, at=at, state=state)
        db.execute(
            "insert into customers_factkey (customer_id) select c.id from customers_customer c "
            "join opening o on o.number = c.number order by c.id"
        )
        _index(db, "c.number in (select number from opening)", [])
        db.execute("drop table fresh_id")
    db.execute("drop table opening")
    return int(count)


def _insert(
    db: Any, brought: list[str], *, default_book: Book, origin: str, at: datetime, state: str
) -> None:
    def value(name: str) -> str:
        if name == "book_id":
            given = "a.book_id" if name in brought else "null"
            return f"coalesce({given}, {int(default_book.pk)})"
        if name not in brought:
            return "null" if name in NULLABLE else EMPTY.get(name, "''")
        if name in NULLABLE:
            return f"a.{name}"
        return f"coalesce(a.{name}, {EMPTY.get(name, chr(39) * 2)})"

    fields = [name for name in COLUMNS if name != "number"]
    stamp = {name: [origin, at.date().isoformat()] for name in brought if name != "number"}
    db.execute(
        f"insert into customers_customer (public_id, number, {', '.join(fields)}, state, tags, "
        "provenance, created_at, updated_at) "
        f"select f.id, a.number, {', '.join(value(name) for name in fields)}, %s, '{{}}', "
        "%s::jsonb, %s, %s "
        "from (select number, row_number() over (order by number) as n from opening) o "
        "join fresh_id f on f.n = o.n join arriving a on a.number = o.number",
        [state, json.dumps(stamp), at, at],
    )


def _index(db: Any, condition: str, parameters: list[Any]) -> None:
    """Write the search entries of some customers."""
    db.execute(
        "select c.id, c.book_id, c.name, c.number, c.name_en, c.phone "
        f"from customers_customer c where {condition}",
        parameters,
    )
    found = db.fetchall()
    db.execute(
        "create temp table entries (customer_id bigint, book_id bigint, grams varchar[], "
        "text text) on commit drop"
    )
    with db.copy("copy entries from stdin") as copy:
        for customer, book, name, number, name_en, phone in found:
            grams = rules.grams(name=name, number=number, name_en=name_en, phone=phone)
            copy.write_row([customer, book, grams, name])
    db.execute(
        "insert into customers_customersearch (customer_id, book_id, grams, text) "
        "select * from entries on conflict (customer_id) do update "
        "set book_id = excluded.book_id, grams = excluded.grams, text = excluded.text"
    )
    db.execute("drop table entries")


def _plain(name: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if name == "consents":
        return json.dumps(value)
    return value
