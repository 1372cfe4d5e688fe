"""Whole files of customers at once: COPY beside the wall, then one statement each.

Used by imports and by the demo. Rules of the set-wise load: an unknown number is opened,
with a pseudonym and a search entry; of one that exists a column is changed where the
file's source is believed more than the one that spoke before (`judging`). One audit entry
for the whole load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book
from regulars.server.customers.loading.changing import change
from regulars.server.customers.loading.gone import (
    SURVIVORS,
    count_stones,
    lead_to_survivors,
    leave_out_buried,
)
from regulars.server.customers.loading.opening import open_files
from regulars.server.customers.loading.speaker import Speaker
from regulars.server.customers.loading.staging import COLUMNS, Rows, stage
from regulars.server.customers.loading.witness import Witness


@dataclass(frozen=True)
class Loaded:
    """How many files were opened, and how many that existed were changed."""

    added: int
    changed: int


@transaction.atomic
def load(
    rows: Rows,
    columns: Sequence[str],
    *,
    default_book: Book,
    origin: str,
    by: Actor,
    at: datetime,
    rank: int | None = None,
    told: datetime | None = None,
    witness: Witness | None = None,
) -> Loaded:
    """Open or change a file per row. `columns` names what the rows bring (with number).

    Rows must have distinct numbers. Values are typed already; None leaves the existing
    value of a customer as it is, and is empty for a new one. So does a channel that
    consents do not name.

    Parameters
    ----------
    rank
        How much the source is believed, 1 before 9; left out, by the kind of `origin`.
    told
        The moment that the values are of; left out, now.
    witness
        Who writes down what is opened and changed.
    """
    brought = [name for name in COLUMNS if name in columns]
    speaker = Speaker.of(origin, rank=rank, told=told or at, at=at)
    with connection.cursor() as db:
        stage(db, rows, brought)
        stones = count_stones(db)
        lead_to_survivors(db)
        leave_out_buried(db)
        db.execute("analyze arriving")
        changed = change(db, brought, speaker, witness=witness)
        added = open_files(
            db, brought, speaker, stones, default_book=default_book, witness=witness
        )
        db.execute("drop table arriving")
    _tell_planner(added + changed)
    audit.record("customers.file.loaded", origin, by=by, at=at, added=added, changed=changed)
    return Loaded(added, changed)


@transaction.atomic
def ensure(
    numbers: Iterable[str],
    *,
    default_book: Book,
    by: Actor,
    at: datetime,
    origin: str,
    witness: Witness | None = None,
) -> int:
    """Open an unassigned stub for each number that is unknown; return how many."""
    with connection.cursor() as db:
        db.execute("create temp table arriving (number varchar(60) primary key) on commit drop")
        with db.copy("copy arriving (number) from stdin") as copy:
            for number in numbers:
                copy.write_row([number])
        stones = count_stones(db)
        leave_out_buried(db)
        speaker = Speaker.of(origin, rank=None, told=at, at=at)
        db.execute("analyze arriving")
        added = open_files(
            db,
            ["number"],
            speaker,
            stones,
            default_book=default_book,
            state="stub",
            witness=witness,
        )
        db.execute("drop table arriving")
    _tell_planner(added)
    if added:
        audit.record("customers.stubs.opened", origin, by=by, at=at, added=added)
    return added


def known(numbers: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield (number, fact key) of the numbers that are on file.

    The number of a file that was merged gives the key of the one it went into.
    """
    with connection.cursor() as db:
        db.execute("create temp table asked (number varchar(60) primary key) on commit drop")
        with db.copy("copy asked (number) from stdin") as copy:
            for number in numbers:
                copy.write_row([number])
        db.execute(
            f"with recursive {SURVIVORS} select c.number, min(k.fact_key) from asked a "
            "join customers_customer c on c.number = a.number "
            "left join survivor s on s.id = c.id "
            "join customers_factkey k on k.customer_id = coalesce(s.root, c.id) "
            "group by c.number"
        )
        found = db.fetchall()
        db.execute("drop table asked")
    yield from found


def _tell_planner(rows: int) -> None:
    if rows > 1_000:
        tables = ("customers_customer", "customers_factkey", "customers_customersearch")
        core.refresh_statistics(*tables)
