"""Search entries of many customers at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from regulars.server.customers import rules

BATCH = 20_000
# From so many on the index takes the entries in heaps, merged once, not one by one.
MANY = 2_000
HEAP, MEMORY = "64MB", "256MB"


def index(db: Any, condition: str, *, fresh: bool = False) -> None:
    """Write the search entries of the customers `c` of whom a condition holds.

    `fresh` says that they have none yet.
    """
    db.execute(
        "create temp table entries (customer_id bigint, book_id bigint, grams varchar[], "
        "text text) on commit drop"
    )
    written = 0
    for rows in _batches(db, condition):
        written += len(rows)
        with db.copy("copy entries from stdin") as copy:
            for customer, book, *words in rows:
                copy.write_row([customer, book, _grams(*words), words[0]])
    again = (
        "on conflict (customer_id) do update "
        "set book_id = excluded.book_id, grams = excluded.grams, text = excluded.text"
    )
    with _heaped(db, many=written >= MANY):
        db.execute(
            "insert into customers_customersearch (customer_id, book_id, grams, text) "
            f"select * from entries {'' if fresh else again}"
        )
    db.execute("drop table entries")


def _batches(db: Any, condition: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows that entries are made of, few enough at a time to be held."""
    db.execute(
        "declare sought no scroll cursor for "
        "select c.id, c.book_id, c.name, c.number, c.name_en, c.phone "
        f"from customers_customer c where {condition}"
    )
    while True:
        db.execute(f"fetch {BATCH} from sought")
        if not (rows := db.fetchall()):
            break
        yield rows
    db.execute("close sought")


def _grams(name: str, number: str, name_en: str, phone: str) -> str:
    """What finds a customer, as the database writes an array."""
    found = rules.grams(name=name, number=number, name_en=name_en, phone=phone)
    text = "\0".join(found).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + text.replace("\0", '","') + '"}' if found else "{}"


@contextmanager
def _heaped(db: Any, *, many: bool) -> Iterator[None]:
    """Let the index keep what is new in heaps, each merged at once: a tenth of the time."""
    if not many:
        yield
        return
    db.execute("select current_setting('gin_pending_list_limit'), current_setting('work_mem')")
    before = db.fetchone()
    _set(db, HEAP, MEMORY)
    yield
    _set(db, *before)
    db.execute("select regulars_search_settle()")


def _set(db: Any, heap: str, memory: str) -> None:
    db.execute(
        "select set_config('gin_pending_list_limit', %s, true), "
        "set_config('work_mem', %s, true)",
        [heap, memory],
    )
