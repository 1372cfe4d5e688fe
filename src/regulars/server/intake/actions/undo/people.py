"""Staff whom a file brought leave, and what it changed of them stands as before; so do books.

Somebody stays who signed in or was given a password, who was changed since, or at whom any
record points: then their rights are an administrator's word. A book that the file opened
goes when it is empty, as it was opened, and its owner goes too or was there before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from regulars.server.core import actions as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import AuditEntry, Book, OrgUnit, Person, Tenure
from regulars.server.intake import queries
from regulars.server.intake.actions.traces import book_values, person_values
from regulars.server.intake.actions.undo.kept import Kept, Taken
from regulars.server.intake.actions.undo.named import named
from regulars.server.intake.models import Import

Told = dict[str, Any]


def take_out(found: Import, *, by: Actor, at: datetime) -> tuple[Taken, Taken]:
    """Remove and restore people, then books. In a transaction that sees everything."""
    folder = queries.traces(found)
    told = _told(folder / "people.json")
    books = _books(_told(folder / "books.json"))
    opened = told.get("opened", {})
    changed = told.get("changed", {})
    said = _said_since(found, [*opened, *changed])
    going, stayed = _people(opened, said, [book for book, why in books if not why])
    closing = [
        book
        for book, why in books
        if not why and (str(book.owner_id) not in opened or book.owner_id in going)
    ]
    for book in closing:
        core.close_book(book, by=by, at=at)
    for person in Person.objects.filter(pk__in=going).order_by("pk"):
        core.remove_person(person, by=by, at=at)
    restored, values, kept = _restore(changed, said, by=by, at=at)
    left = [Kept("book", book.code, "", why or "used") for book, why in books]
    gone = {book.code for book in closing}
    return (
        Taken(len(opened), len(going), restored, values, [*stayed, *kept]),
        Taken(len(books), len(closing), kept=[one for one in left if one.number not in gone]),
    )


def _told(path: Path) -> Told:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _books(opened: Told) -> list[tuple[Book, str]]:
    """The books that the file opened, with the reason why one stays."""
    there = list(Book.objects.filter(pk__in=map(int, opened)).order_by("code"))
    keys = [book.pk for book in there]
    first = _first_tenures(keys)
    in_use = named(Book, keys, beside={Tenure: first})
    return [(book, _why_book(book, opened, in_use)) for book in there]


def _why_book(book: Book, opened: Told, in_use: set[int]) -> str:
    # A load of an earlier version noted no second name.
    if book_values(book) != {"name_en": "", **opened[str(book.pk)]}:
        return "changed"
    return "used" if book.pk in in_use else ""


def _first_tenures(books: list[int]) -> list[int]:
    """That somebody holds a book from its first day on is the book's own record."""
    found = Tenure.objects.filter(book__in=books).order_by("book_id", "role", "pk")
    return list(found.distinct("book_id", "role").values_list("pk", flat=True))


def _people(
    opened: Told, said: set[tuple[str, str]], closable: list[Book]
) -> tuple[set[int], list[Kept]]:
    there = list(Person.objects.filter(pk__in=map(int, opened)).order_by("username"))
    books = [book.pk for book in closable]
    tenures = _first_tenures(books)
    keys = [person.pk for person in there]
    in_use = named(Person, keys, beside={Book: books, Tenure: tenures})
    touched = {key for key, _field in said}
    going, kept = set(), []
    for person in there:
        by_hand = str(person.pk) in touched
        why = "changed" if by_hand else _why_person(person, opened, in_use)
        if why:
            kept.append(Kept("person", person.username, "", why))
        else:
            going.add(person.pk)
    return going, kept


def _why_person(person: Person, opened: Told, in_use: set[int]) -> str:
    if person.last_login is not None or person.has_usable_password():
        return "signs_in"
    if person_values(person) != opened[str(person.pk)]:
        return "changed"
    return "used" if person.pk in in_use else ""


def _said_since(found: Import, keys: Sequence[str]) -> set[tuple[str, str]]:
    """Whose fields were changed since by hand, even to what the file had said."""
    trail = AuditEntry.objects.order_by("pk")
    loaded = trail.filter(
        action="intake.file.loaded", subject=f"{found._meta.label}:{found.pk}"
    )
    first = loaded.values_list("pk", flat=True).first()
    if first is None or not keys:
        return set()
    subjects = [f"{Person._meta.label}:{key}" for key in keys]
    since = trail.filter(action="core.person.changed", subject__in=subjects, pk__gt=first)
    taken_out = trail.filter(action="intake.file.withdrawn", pk__gt=first)
    by_hand = since.exclude(happened_at__in=taken_out.values("happened_at"))
    return {
        (entry.subject.rpartition(":")[2], "org_unit_id" if name == "org_unit" else name)
        for entry in by_hand
        for name in entry.details.get("fields", [])
    }


def _restore(
    changed: Told, said: set[tuple[str, str]], *, by: Actor, at: datetime
) -> tuple[int, int, list[Kept]]:
    restored = values = 0
    kept: list[Kept] = []
    for person in Person.objects.filter(pk__in=map(int, changed)).order_by("username"):
        was, became = changed[str(person.pk)]["was"], changed[str(person.pk)]["became"]
        now = person_values(person)
        differing = [name for name in was if was[name] != became[name]]
        own = [
            name
            for name in differing
            if now[name] == became[name] and (str(person.pk), name) not in said
        ]
        kept += [
            Kept("person", person.username, n, "changed") for n in differing if n not in own
        ]
        done, refused = _put_back(person, {name: was[name] for name in own}, by=by, at=at)
        kept += [Kept("person", person.username, name, "administrator") for name in refused]
        restored, values = restored + bool(done), values + len(done)
    return restored, values, kept


def _put_back(
    person: Person, values: Told, *, by: Actor, at: datetime
) -> tuple[list[str], list[str]]:
    """Give somebody their values back; a company keeps an administrator all the same."""
    if not values:
        return [], []
    words = dict(values)
    unit = words.pop("org_unit_id", None)
    if unit is not None:
        words["org_unit"] = OrgUnit.objects.get(pk=unit)
    try:
        core.change_person(person, by=by, at=at, **words)
    except core.LastAdministrator:
        words.pop("role")
        core.change_person(person, by=by, at=at, **words)
        return [name for name in values if name != "role"], ["role"]
    return list(values), []
