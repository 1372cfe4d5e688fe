"""Whole files of customers at once: COPY beside the wall, then one statement each.

Used by imports and by the demo. Rules of the set-wise load: an unknown number is opened,
with a pseudonym and a search entry; of one that exists a column is changed where the
file's source is believed more than the one that spoke before (`judging`). One audit entry
for the whole load.
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
from regulars.server.core import queries as here
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, public_ids
from regulars.server.customers import rules
from regulars.server.customers.loading import judging
from regulars.server.customers.loading.gone import (
    SURVIVORS,
    close_graves,
    count_stones,
    lead_to_survivors,
    leave_out_buried,
)
from regulars.server.customers.queries import measuring
from regulars.server.customers.rules import provenance

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
    "id_hash": "text",
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


# Columns of which the search entry is made.
SOUGHT = ("name", "name_en", "phone")
# So weak a source may still say that a file is true today; a bought list may not.
TRUSTED = 5


@dataclass(frozen=True)
class Loaded:
    """How many files were opened, and how many that existed were changed."""

    added: int
    changed: int


@dataclass(frozen=True)
class Speaker:
    """The source of a load: how it is called, how much it is believed, when it spoke."""

    origin: str
    rank: int
    told: str
    ranks: Mapping[str, int]
    at: datetime
    trusted: bool

    @classmethod
    def of(cls, origin: str, *, rank: int | None, told: datetime, at: datetime) -> Speaker:
        company = here.company()
        settings = company.settings if company else {}
        ranks = provenance.ranks(settings)
        usual = provenance.rank_of([origin], ranks)
        return cls(
            origin=origin,
            rank=rank or usual,
            told=provenance.stamp(told.astimezone(here.time_zone())),
            ranks=ranks,
            at=at,
            trusted=(rank or usual) <= int(settings.get("trusted_rank", TRUSTED)),
        )

    def stamp(self, fields: Iterable[str]) -> str:
        """What provenance says of these fields from now on."""
        # The rank stands beside the name only where the name does not tell it.
        ranked = self.rank != provenance.rank_of([self.origin], self.ranks)
        said = [self.origin, self.told, *([self.rank] if ranked else [])]
        return json.dumps(dict.fromkeys(fields, said))


@transaction.atomic
def load(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    default_book: Book,
    origin: str,
    by: Actor,
    at: datetime,
    rank: int | None = None,
    told: datetime | None = None,
) -> Loaded:
    """Open or change a file per row. `columns` names what the rows bring (with number).

    Rows must have distinct numbers. Values are typed already; None leaves the existing
    value of a customer as it is, and is empty for a new one. Of `consents` only the channels
    that a row names are changed.

    Parameters
    ----------
    rank
        How much the source is believed, 1 before 9; left out, by the kind of `origin`.
    told
        The moment that the values are of; left out, now.
    """
    brought = [name for name in COLUMNS if name in columns]
    speaker = Speaker.of(origin, rank=rank, told=told or at, at=at)
    types = ", ".join(f"{name} {COLUMNS[name]}" for name in brought)
    with connection.cursor() as db:
        db.execute(f"create temp table arriving ({types}) on commit drop")
        with db.copy(f"copy arriving ({', '.join(brought)}) from stdin") as copy:
            for row in rows:
                copy.write_row([_plain(name, row.get(name)) for name in brought])
        stones = count_stones(db)
        lead_to_survivors(db)
        leave_out_buried(db)
        db.execute("analyze arriving")
        changed = _change(db, brought, speaker)
        added = _open_files(db, brought, speaker, stones, default_book=default_book)
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
        stones = count_stones(db)
        leave_out_buried(db)
        speaker = Speaker.of(origin, rank=None, told=at, at=at)
        added = _open_files(
            db, ["number"], speaker, stones, default_book=default_book, state="stub"
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


def _change(db: Any, brought: list[str], speaker: Speaker) -> int:
    """Change the files that exist; return how many."""
    fields = [name for name in brought if name != "number"]
    if not fields:
        return 0
    judged = judging.judged_of(fields)
    _judge(db, fields, judged, speaker)
    judging.lay_beside(
        db,
        judged,
        origin=speaker.origin,
        rank=speaker.rank,
        told=speaker.told,
        ranks=speaker.ranks,
    )
    changed = _write(db, fields, judged, speaker)
    sought = [name for name in SOUGHT if name in judged]
    moved = ["j.moved"] + [f"j.j_{name} in {judging.NEW}" for name in sought]
    which = f"c.id in (select j.id from judged j where {' or '.join(moved)})"
    index(db, f"{which} and c.state not in ('merged', 'erased')", [])
    db.execute("drop table judged")
    return changed


def _judge(db: Any, fields: list[str], judged: list[str], speaker: Speaker) -> None:
    """Lay aside the files in which something is to be done, with a code per field."""
    codes = "".join(
        f", {judging.code(n, rank=speaker.rank, told=speaker.told, ranks=speaker.ranks)} j_{n}"
        for n in judged
    )
    plain = [name for name in fields if name not in judged]
    differs = " or ".join(
        ["c.state = 'stub'"]
        + [f"(a.{name} is not null and {_brought(name)} is distinct from c.{name})"
           for name in plain]
    )  # fmt: skip
    moved = "a.book_id is distinct from c.book_id" if "book_id" in plain else "c.state = 'stub'"
    old = speaker.at - provenance.RENEW
    unconfirmed = "coalesce(c.confirmed_at < %s, true)" if speaker.trusted else "%s is null"
    any_code = "".join(f" or j_{name} <> {judging.STAYS}" for name in judged)
    db.execute(
        "create temp table judged on commit drop as select * from ("
        f"select c.id, a.number, ({differs}) as plain, coalesce({moved}, false) as moved, "
        f"({unconfirmed}) as unconfirmed{codes} "
        "from arriving a join customers_customer c on c.number = a.number "
        "where c.state not in ('merged', 'erased')"
        f") found where plain or unconfirmed{any_code}",
        [old],
    )
    db.execute("analyze judged")


def _write(db: Any, fields: list[str], judged: list[str], speaker: Speaker) -> int:
    """Change what the verdicts say; return in how many files a value changed."""

    def new(name: str) -> str:
        if name in judged:
            return f"case when j.j_{name} in {judging.NEW} then a.{name} else c.{name} end"
        if name == "state":
            return "case when c.state = 'stub' then 'active' else c.state end"
        return f"coalesce({_brought(name)}, c.{name})" if name in fields else f"c.{name}"

    told = "".join(
        f" || case when j.j_{name} in {(*judging.NEW, judging.RENEWED)} "
        f"then '{speaker.stamp([name])}'::jsonb else '{{}}'::jsonb end"
        for name in judged
    )
    plain = [name for name in fields if name not in judged]
    value = " or ".join(["j.plain"] + [f"j.j_{name} in {judging.NEW}" for name in judged])
    confirmed = "greatest(c.confirmed_at, %(at)s)" if speaker.trusted else "c.confirmed_at"
    renewed = "".join(f" or j.j_{name} = {judging.RENEWED}" for name in judged)
    db.execute(
        f"update customers_customer c set {', '.join(f'{n} = {new(n)}' for n in fields)}, "
        f"state = {new('state')}, confirmed_at = {confirmed}, "
        f"completeness = {measuring.completeness(measuring.parts(), new)}, "
        f"updated_at = case when {value} then %(at)s else c.updated_at end, "
        "provenance = c.provenance || "
        f"case when j.plain then %(plain)s::jsonb else '{{}}'::jsonb end{told} "
        "from judged j join arriving a on a.number = j.number "
        f"left join ({measuring.levels()}) l on l.customer_id = j.id "
        # Asked again of the row as it is once its lock is ours: who was merged or erased
        # while this load waited stays as they are.
        "where c.id = j.id and c.number = j.number "
        f"and c.state not in ('merged', 'erased') and ({value} or j.unconfirmed{renewed})",
        {"at": speaker.at, "plain": speaker.stamp(plain)},
    )
    db.execute(f"select count(*) from judged j where {value}")
    (changed,) = db.fetchone()
    return int(changed)


def _brought(name: str) -> str:
    """What a row of the file makes of a column that sources do not argue about."""
    return f"c.{name} || a.{name}" if name == "consents" else f"a.{name}"


def _open_files(
    db: Any,
    brought: list[str],
    speaker: Speaker,
    stones: int,
    *,
    default_book: Book,
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
        _insert(db, brought, speaker, default_book=default_book, state=state)
        count -= close_graves(db, stones)
        db.execute(
            "insert into customers_factkey (customer_id) select c.id from customers_customer c "
            "join opening o on o.number = c.number order by c.id"
        )
        index(db, "c.number in (select number from opening)", [])
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
        "from (select number, row_number() over (order by number) as n from opening) o "
        "join fresh_id f on f.n = o.n join arriving a on a.number = o.number",
        [state, stamp, at, at, confirmed],
    )


def index(db: Any, condition: str, parameters: list[Any]) -> None:
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
