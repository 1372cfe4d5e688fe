"""Whom of the staff a load opened or changed, and which books it opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import AuditEntry, Book, Person
from regulars.server.intake.actions.traces import notes
from regulars.server.intake.models import Import

PERSON_FIELDS = (
    "username", "name", "name_en", "email", "role", "org_unit_id", "language", "is_active",
)  # fmt: skip
BOOK_FIELDS = ("code", "name", "name_en", "org_unit_id", "owner_id", "backup_id")


@contextmanager
def of_people(found: Import) -> Iterator[None]:
    """Write down whom the enclosed load opens, and whose values it changes."""
    before = _people()
    yield
    notes.write(found, "people.json", notes.compared(before, _people()))


@contextmanager
def of_books(found: Import, *, by: Actor, at: datetime) -> Iterator[None]:
    """Write down which books the enclosed load opens; another's at the same time are not."""
    before = set(Book.objects.values_list("pk", flat=True))
    yield
    new = Book.objects.exclude(pk__in=before).order_by("pk")
    own = AuditEntry.objects.filter(
        action="core.book.added", actor=audit.label(by), happened_at=at
    ).values_list("subject", flat=True)
    opened = [book for book in new if f"{book._meta.label}:{book.pk}" in set(own)]
    if opened:
        notes.write(found, "books.json", {book.pk: book_values(book) for book in opened})


def person_values(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in PERSON_FIELDS}


def book_values(book: Book) -> dict[str, Any]:
    return {name: getattr(book, name) for name in BOOK_FIELDS}


def _people() -> dict[int, dict[str, Any]]:
    """Everybody as they stand; the load holds them, so that no hand changes them meanwhile."""
    found = Person.objects.select_for_update().order_by("pk")
    return {person.pk: person_values(person) for person in found}
