"""What every kind of file has in common: COPY beside the wall, sort out, write once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor


class Unfit(BadInput):
    """A row cannot be true: it ends before it begins, or says no amount."""


@dataclass(frozen=True)
class Brought:
    """What became of a file's rows.

    Attributes
    ----------
    added, changed
        Records written anew, and records that the file changed.
    known
        Rows that say what is on file already.
    strangers
        Rows whose customer number is not on file, or is no organisation's.
    """

    added: int
    changed: int
    known: int
    strangers: int


@dataclass(frozen=True)
class Kind:
    """One kind of row.

    Attributes
    ----------
    name
        For the audit trail: trade.<name>.loaded.
    columns
        Name and PostgreSQL type, in the order of the dataclass of the row.
    sorting
        SQL that makes the temp table `sorted_arriving` of `arriving`, where `n` is the row's
        place in the file.
    writing
        Queries for a WITH; the last, `written`, has a row per record: whether it is new.
    after
        SQL to be run at the end, while `sorted_arriving` is there.
    """

    name: str
    columns: Sequence[tuple[str, str]]
    sorting: str
    writing: str
    after: str = ""


@transaction.atomic
def bring(kind: Kind, rows: Iterable[Any], *, origin: str, by: Actor, at: datetime) -> Brought:
    """Write a file's rows of one kind."""
    with connection.cursor() as db:
        table = ", ".join(f"{name} {type_}" for name, type_ in kind.columns)
        db.execute(f"create temp table arriving (n bigint, {table}) on commit drop")
        names = ", ".join(name for name, _ in kind.columns)
        values = attrgetter(*(name for name, _ in kind.columns))
        with db.copy(f"copy arriving (n, {names}) from stdin") as copy:
            for n, row in enumerate(rows):
                copy.write_row((n, *values(row)))
        db.execute(kind.sorting)
        db.execute("analyze sorted_arriving")
        db.execute("select count(*), count(customer_id) from sorted_arriving")
        told, ours = db.fetchone()
        db.execute("select count(*) from arriving")
        (every,) = db.fetchone()
        db.execute(
            f"with {kind.writing} "
            "select count(*) filter (where new), count(*) filter (where not new) from written",
            {"origin": origin[:60], "at": at},
        )
        added, changed = db.fetchone()
        if kind.after:
            db.execute(kind.after)
        db.execute("drop table arriving; drop table sorted_arriving")
    strangers = told - ours
    found = Brought(added, changed, every - added - changed - strangers, strangers)
    audit.record(
        f"trade.{kind.name}.loaded", origin, by=by, at=at, added=added, changed=changed
    )
    return found


def own_currency() -> str:
    """What a file may write where we write nothing."""
    company = core.company()
    return company.currency if company else ""
