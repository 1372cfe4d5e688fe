"""Changes of books, and of who holds them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.actions.company import CodeTaken
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, OrgUnit, Person, Tenure


@transaction.atomic
def add_book(
    *,
    code: str,
    name: str,
    org_unit: OrgUnit,
    by: Actor,
    at: datetime,
    name_en: str = "",
    owner: Person | None = None,
    backup: Person | None = None,
) -> Book:
    """Open a book of customers; one without an owner is the branch's pool.

    :raises CodeTaken: the code is in use.
    """
    if Book.objects.filter(code=code).exists():
        raise CodeTaken(f"Another book has the code {code!r}. Choose another one.")
    book = Book.objects.create(
        code=code, name=name, name_en=name_en, org_unit=org_unit, owner=owner, backup=backup
    )
    _appoint(book, at=at)
    audit.record("core.book.added", book, by=by, at=at)
    return book


@transaction.atomic
def rename_book(book: Book, *, name: str, name_en: str, by: Actor, at: datetime) -> Book:
    """Give a book other names; the same ones again leave no trace."""
    found = Book.objects.select_for_update(of=("self",)).get(pk=book.pk)
    told = {"name": name, "name_en": name_en}
    fields = [field for field, words in told.items() if getattr(found, field) != words]
    if fields:
        found.name, found.name_en = name, name_en
        found.save(update_fields=fields)
        audit.record("core.book.renamed", found, by=by, at=at, fields=fields)
    return found


@transaction.atomic
def assign_book(
    book: Book, *, owner: Person | None, backup: Person | None, by: Actor, at: datetime
) -> None:
    """Give a book another owner or backup."""
    book.owner, book.backup = owner, backup
    book.save(update_fields=["owner", "backup"])
    _appoint(book, at=at)
    audit.record(
        "core.book.assigned",
        book,
        by=by,
        at=at,
        owner=owner.pk if owner else None,
        backup=backup.pk if backup else None,
    )


@transaction.atomic
def let_help(book: Book, person: Person, *, last_on: date, by: Actor, at: datetime) -> Tenure:
    """Let somebody see a book and its customers until a day, beside its owner and backup.

    Who helps there already goes on until the later of the two days.
    """
    standing = Tenure.objects.select_for_update().filter(
        book=book, person=person, role=Tenure.Role.HELPER, until__isnull=True
    )
    held = standing.first()
    if held is None:
        held = Tenure.objects.create(
            book=book, person=person, role=Tenure.Role.HELPER, since=at, last_on=last_on
        )
    elif held.last_on is not None and held.last_on < last_on:
        held.last_on = last_on
        held.save(update_fields=["last_on"])
    audit.record(
        "core.book.helped",
        book,
        by=by,
        at=at,
        person=person.pk,
        last_on=str(held.last_on),
    )
    return held


@transaction.atomic
def end_help(today: date, *, by: Actor, at: datetime) -> int:
    """Close the books to helpers whose last day is over."""
    over = Tenure.objects.filter(
        role=Tenure.Role.HELPER, until__isnull=True, last_on__lt=today
    ).select_related("book")
    ended = list(over.select_for_update(of=("self",)))
    for held in ended:
        held.until = at
        held.save(update_fields=["until"])
        audit.record("core.book.help_ended", held.book, by=by, at=at, person=held.person_id)
    return len(ended)


@transaction.atomic
def close_book(book: Book, *, by: Actor, at: datetime) -> None:
    """Close a book that never held anybody; one with customers is protected by them."""
    audit.record("core.book.closed", book, by=by, at=at, code=book.code)
    book.delete()


def _appoint(book: Book, *, at: datetime) -> None:
    """Write down who holds a book from now on, where that changed."""
    for role, person in ((Tenure.Role.OWNER, book.owner), (Tenure.Role.BACKUP, book.backup)):
        held = Tenure.objects.filter(book=book, role=role, until__isnull=True)
        current = held.first()
        if (current.person if current else None) == person:
            continue
        held.update(until=at)
        Tenure.objects.create(book=book, role=role, person=person, since=at)
