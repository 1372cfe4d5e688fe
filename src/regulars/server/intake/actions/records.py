"""Rows of customers, products and people change the records, by their owners' actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from regulars.base.errors import Refused
from regulars.server.core import actions as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.core.rules import Permission, Role
from regulars.server.customers import loading
from regulars.server.customers import queries as file
from regulars.server.facts import lake
from regulars.server.intake import queries
from regulars.server.intake.actions import consents, traces
from regulars.server.intake.actions.arrived import ERASED, Arrived, Finding, Lines, Stored
from regulars.server.intake.actions.facts import erased, unassigned
from regulars.server.intake.actions.rows import Books, customer_rows, places_named
from regulars.server.products import actions as products
from regulars.server.products.models import Product

# The longest text that each field's record takes.
LONGEST = {
    "customers": {
        "number": 60, "name": 200, "email": 254, "phone": 24, "address": 300,
        "occupation": 80, "source": 60,
    },
    "products": {"code": 60, "name": 160, "name_en": 160, "category": 80},
    "people": {"username": 60, "name": 120, "email": 254},
}  # fmt: skip
KEY = {"customers": "number", "products": "code", "people": "username"}


class NobodyYet(Refused):
    """People would come before the one who administers them."""


class NotForYou(Refused):
    """Who may bring files may not, by that alone, give people roles."""


@dataclass(frozen=True)
class Places:
    """How a file may name who looks after a customer."""

    units: Mapping[str, OrgUnit]  # by code
    books: Mapping[str, int]  # by code and by the user name of the owner
    owners: Mapping[str, Person]  # relationship managers without a book, by user name

    @classmethod
    def of_the_company(cls) -> Places:
        units = {unit.code.casefold(): unit for unit in OrgUnit.objects.order_by("code")}
        books, owners = {}, {}
        for book in Book.objects.select_related("owner").order_by("-code"):
            if book.owner is not None:
                books[book.owner.username.casefold()] = book.pk
        for person in Person.objects.filter(role=Role.RM).select_related("org_unit"):
            if person.username.casefold() not in books:
                owners[person.username.casefold()] = person
        books |= {book.code.casefold(): book.pk for book in Book.objects.order_by("code")}
        return cls(units, books, owners)


def examine(arrived: Arrived) -> list[Finding]:
    """Find the rows that the records refuse. Call it inside a transaction that sees all."""
    findings = [
        _too_long(arrived, name, most)
        for name, most in LONGEST[arrived.found.kind].items()
        if arrived.has(name)
    ]
    if arrived.found.kind == "customers":
        findings += [erased(arrived, "number"), consents.without_evidence(arrived)]
        if arrived.has("id_number"):
            findings.append(_erased_ids(arrived))
    if arrived.has("org_unit") or arrived.has("book"):
        findings += _nowhere(arrived, Places.of_the_company())
    return [finding for finding in findings if len(finding.lines)]


def _nowhere(arrived: Arrived, places: Places) -> Iterator[Finding]:
    """Find the rows that name a branch or a book that is not there."""
    if arrived.has("org_unit"):
        yield _unknown(arrived, "unknown_branch", "org_unit", {*places.units})
    if arrived.has("book"):
        yield _unknown(arrived, "unknown_book", "book", {*places.books, *places.owners})


def foresee(arrived: Arrived, findings: list[Finding]) -> Stored:
    """Say what a load would open; which of the others it would change is seen at the load."""
    kind = arrived.found.kind
    keys = [str(row[KEY[kind]]) for row in arrived.rows(findings)]
    if kind == "customers":
        known = sum(1 for _ in loading.known(keys))
        return Stored(len(keys) - known, known, customers_new=len(keys) - known)
    if kind == "products":
        there = {code for (code,) in Product.objects.values_list("code")}
        known = sum(key in there for key in keys)
    else:
        people = {name.casefold() for (name,) in Person.objects.values_list("username")}
        known = sum(key.casefold() in people for key in keys)
    return Stored(len(keys) - known, known)


def store(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Stored:
    """Change the records. In the caller's transaction."""
    kinds = {"customers": _customers, "products": _products, "people": _people}
    return kinds[arrived.found.kind](arrived, findings, by=by, at=at)


def _customers(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Stored:
    columns = _customer_columns(arrived)
    books = _with_books(arrived, findings, by=by, at=at)
    default = unassigned(by=by, at=at)
    with (
        traces.of_customers(arrived.found) as witness,
        customer_rows(arrived, findings, columns, books) as given,
    ):
        loaded = loading.load(
            given,
            columns,
            default_book=default,
            origin=queries.source(arrived.found),
            rank=_rank(arrived),
            witness=witness,
            by=by,
            at=at,
        )
    with traces.of_consents(arrived.found, by=by, at=at):
        said = consents.bring(arrived, findings, by=by, at=at)
    rows = arrived.read.accepted - sum(len(one.lines) for one in _distinct(findings))
    return Stored(loaded.added, rows - loaded.added, loaded.changed, loaded.added, said)


def _rank(arrived: Arrived) -> int | None:
    """How much the file is believed where another source says something else."""
    source = arrived.found.source
    return source.priority if source is not None else None


def _customer_columns(arrived: Arrived) -> list[str]:
    named = {name for name in arrived.mapping.columns if name in loading.COLUMNS}
    if named & {"book", "org_unit"} or arrived.has("book") or arrived.has("org_unit"):
        named.add("book_id")
    if arrived.has("id_number"):
        named |= {"id_tail", "id_hash"}
    return sorted(named)


def _with_books(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Books:
    """The books that the file names; those that are not there are opened, pools as well."""
    named, books = places_named(arrived, findings), dict[tuple[str, str], int]()
    if not named:
        return books
    places = Places.of_the_company()
    for book, unit in named:
        name = book.casefold()
        if name in places.owners and name not in places.books:
            opened = open_book(places.owners[name], by=by, at=at)
            places = replace(places, books={**places.books, name: opened.pk})
        if book:
            books[book, unit] = places.books[name]
        elif unit:
            books[book, unit] = _pool(places.units[unit.casefold()], by=by, at=at)
    return books


def open_book(person: Person, *, by: Actor, at: datetime) -> Book:
    """Open the book of a relationship manager under their user name."""
    taken = Book.objects.filter(code=person.username[:40]).exists()
    return core.add_book(
        code=f"RM-{person.pk}" if taken else person.username[:40],
        name=person.name,
        name_en=person.name_en,
        org_unit=person.org_unit,
        owner=person,
        by=by,
        at=at,
    )


def _pool(unit: OrgUnit, *, by: Actor, at: datetime) -> int:
    """The book of a branch for customers whom nobody of it looks after."""
    found = Book.objects.filter(org_unit=unit, owner__isnull=True).order_by("code").first()
    if found is None:
        code = f"POOL-{unit.code}"[:40]
        if Book.objects.filter(code=code).exists():
            code = f"POOL-{unit.pk}"
        found = core.add_book(
            code=code, name=unit.name, name_en=unit.name_en, org_unit=unit, by=by, at=at
        )
    return found.pk


def _products(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Stored:
    rows = [_product(row) for row in arrived.rows(findings)]
    with traces.of_products(arrived.found, (str(row["code"]) for row in rows)):
        added, changed = products.load(rows, by=by, at=at)
    return Stored(added, len(rows) - added, changed)


def _product(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the file as the catalogue keeps it: rates as fractions, R3 as 3."""
    return {
        **{name: row[name] for name in ("code", "name", "name_en", "category", "kind")},
        "term_days": row["term_days"],
        "rate": _fraction(row["rate"]),
        "risk_level": int(row["risk_level"][1:]) if row["risk_level"] else None,
        "yearly_margin": _fraction(row["yearly_margin"]),
    }


def _fraction(percent: float | None) -> Decimal | None:
    if percent is None:
        return None
    return (Decimal(str(percent)) / 100).quantize(Decimal("0.00001"))


def _people(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Stored:
    if isinstance(by, Person) and not by.may(Permission.ADMINISTER):
        raise NotForYou("Only an administrator may bring people. Ask one to do it.")
    if not Person.objects.exists():
        raise NobodyYet(
            "Nobody can sign in yet. Set the company up in the browser first "
            "(`regulars serve` prints the link), or add yourself with `regulars users add`."
        )
    head = OrgUnit.objects.filter(parent__isnull=True).order_by("pk")[0]
    units = Places.of_the_company().units
    with traces.of_people(arrived.found):
        return _bring_people(arrived, findings, units, head, by=by, at=at)


def _bring_people(
    arrived: Arrived,
    findings: list[Finding],
    units: Mapping[str, OrgUnit],
    head: OrgUnit,
    *,
    by: Actor,
    at: datetime,
) -> Stored:
    on_file = {person.username.casefold(): person for person in Person.objects.all()}
    added = rows = 0
    for row in arrived.rows(findings):
        unit = units[row["org_unit"].casefold()] if row["org_unit"] else None
        person = on_file.get(row["username"].casefold())
        rows += 1
        if person is None:
            added += 1
            _add_person(row, unit or head, by=by, at=at)
            continue
        core.change_person(
            person, name=row["name"], email=row["email"], role=row["role"], org_unit=unit,
            by=by, at=at,
        )  # fmt: skip
    return Stored(added, rows - added)


def _add_person(row: Mapping[str, Any], unit: OrgUnit, *, by: Actor, at: datetime) -> None:
    """Add somebody without a password; an administrator gives one. An RM gets a book."""
    person = core.add_person(
        username=row["username"],
        name=row["name"],
        role=row["role"] or Role.RM,
        org_unit=unit,
        email=row["email"] or "",
        by=by,
        at=at,
    )
    if person.role == Role.RM:
        open_book(person, by=by, at=at)


def _too_long(arrived: Arrived, name: str, most: int) -> Finding:
    found = lake.session().execute(
        f"select line from {arrived.table} where length({name}) > {most} order by line"
    )
    return Finding(
        "too_long", name, np.asarray(found.fetchnumpy()["line"], np.int64), {"most": most}
    )


def _erased_ids(arrived: Arrived) -> Finding:
    """Find rows of customers who were erased and come under another number."""
    if not file.anybody_buried():
        return Finding(ERASED, "id_number", np.array([], np.int64))
    db = lake.session()
    asked = db.execute(f"select distinct id_hash from {arrived.table} where id_hash <> ''")
    gone = file.buried_ids(text for (text,) in asked.fetchall())
    return Finding(ERASED, "id_number", _lines(arrived, "id_hash", gone))


def _unknown(arrived: Arrived, code: str, name: str, known: set[str]) -> Finding:
    db = lake.session()
    asked = db.execute(f"select distinct {name} from {arrived.table} where {name} <> ''")
    missing = [text for (text,) in asked.fetchall() if text.casefold() not in known]
    return Finding(code, name, _lines(arrived, name, missing))


def _lines(arrived: Arrived, name: str, values: Iterable[str]) -> Lines:
    """The lines in which a field has one of these values."""
    listed = ", ".join(map(lake.quote, values)) or "null"
    found = lake.session().execute(
        f"select line from {arrived.table} where {name} in ({listed}) order by line"
    )
    return np.asarray(found.fetchnumpy()["line"], np.int64)


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Count a row with two reasons once."""
    lines = np.unique(np.concatenate([np.array([], np.int64), *(f.lines for f in findings)]))
    return [Finding("", "", lines)]
