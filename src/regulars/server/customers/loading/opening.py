"""Customers whom nobody knows yet are opened, all in one statement."""

from __future__ import annotations

from typing import Any

from regulars.server.core.models import Book, public_ids
from regulars.server.customers.loading.gone import close_graves
from regulars.server.customers.loading.searching import index
from regulars.server.customers.loading.speaker import Speaker
from regulars.server.customers.loading.staging import COLUMNS
from regulars.server.customers.loading.witness import Witness
from regulars.server.customers.queries import measuring

EMPTY = {"blocked_channels": "'{}'", "consents": "'{}'::jsonb", "kind": "'person'"}
NULLABLE = {"birth_date", "since", "risk_tolerance"}


def open_files(
    db: Any,
    brought: list[str],
    speaker: Speaker,
    stones: int,
    *,
    default_book: Book,
    state: str = "active",
    witness: Witness | None = None,
) -> int:
    """Open a file for each row of `arriving` whose number is unknown; return how many.

    `stones` says how many tombstones there were when the load looked through them.
    """
    db.execute(
        "create temp table opening on commit drop as select a.number, "
        "row_number() over (order by a.number) as n from arriving a "
        "where not exists (select 1 from customers_customer c where c.number = a.number)"
    )
    db.execute("select count(*) from opening")
    (count,) = db.fetchone()
    if count:
        db.execute("create temp table fresh_id (n bigint primary key, id text) on commit drop")
        with db.copy("copy fresh_id from stdin") as copy:
            for n, text in zip(range(1, count + 1), public_ids(), strict=False):
                copy.write_row([n, text])
        db.execute("analyze opening")
        db.execute("analyze fresh_id")
        _insert(db, brought, speaker, default_book=default_book, state=state)
        count -= close_graves(db, stones)
        db.execute(
            "insert into customers_factkey (customer_id) select c.id from customers_customer c "
            "join opening o on o.number = c.number order by c.id"
        )
        index(db, "c.number in (select number from opening)", fresh=True)
        if witness is not None:
            witness.opened(db, "select number from opening")
        db.execute("drop table fresh_id")
    db.execute("drop table opening")
    return int(count)


def _insert(
    db: Any, brought: list[str], speaker: Speaker, *, default_book: Book, state: str
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
    stamp = speaker.stamp([name for name in brought if name != "number"])
    at, confirmed = speaker.at, speaker.at if speaker.trusted and state == "active" else None

    def filled(name: str) -> str:
        if name == "id":
            return "0"  # nobody is tied to who is opened now
        if name == "state":
            return f"'{state}'"
        return value(name) if name in COLUMNS else "''"

    db.execute(
        f"insert into customers_customer (public_id, number, {', '.join(fields)}, state, tags, "
        "provenance, created_at, updated_at, confirmed_at, completeness) "
        f"select f.id, a.number, {', '.join(value(name) for name in fields)}, %s, '{{}}', "
        "%s::jsonb, %s, %s, %s, "
        f"{measuring.completeness(measuring.parts(), filled, level='0')} "
        "from opening o "
        "join fresh_id f on f.n = o.n join arriving a on a.number = o.number",
        [state, stamp, at, at, confirmed],
    )
