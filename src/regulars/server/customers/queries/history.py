"""A customer, and everybody, as they were at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer, CustomerQuerySet, History
from regulars.server.customers.rules.history import first_known

# The book a customer was in: as the first change after the moment remembers it, else today's.
MOVED = """
    select distinct on (h.customer_id)
        h.customer_id, (h.changes ->> 'book_id')::bigint as book_id
    from customers_history h
    where h.valid_to > %s and h.changes ? 'book_id'
    order by h.customer_id, h.valid_to, h.id
"""


@dataclass(frozen=True)
class Change:
    """One change of a file: when, and which columns."""

    at: datetime
    columns: tuple[str, ...]


def as_it_was(viewer: Person, customer: Customer, at: datetime) -> Customer | None:
    """The customer with the values of a moment; None before there was a file.

    What comes back is a picture: it is not to be saved.
    """
    if at < customer.created_at:
        return None
    later = history(viewer, customer).filter(valid_to__gt=at).order_by("valid_to", "pk")
    past = copy(customer)
    for column, value in first_known(later.values_list("changes", flat=True)).items():
        field = _columns().get(column)
        if field is not None:  # a column that the file has no more
            setattr(past, field.attname, field.to_python(value))
    return past


def changes(viewer: Person, customer: Customer, *, most: int = 50) -> list[Change]:
    """The latest changes of a file, newest first."""
    found = history(viewer, customer).order_by("-valid_to", "-pk")[:most]
    return [Change(row.valid_to, tuple(sorted(row.changes))) for row in found]


def history(viewer: Person, customer: Customer) -> Any:
    """What the changes of a file replaced, for those who may see the customer."""
    return History.objects.filter(
        customer=customer, customer__in=Customer.objects.visible_to(viewer)
    )


def book_as_it_was(viewer: Person, book: Book, at: datetime) -> CustomerQuerySet:
    """The customers who were in a book at a moment, of those the viewer may see today."""
    ids = in_books(at, [book.pk])
    return Customer.objects.visible_to(viewer).filter(pk__in=ids).order_by("number")


def book_at(customer: Customer, at: datetime) -> int:
    """The id of the book that a customer was in at a moment, behind the wall."""
    later = History.objects.filter(customer=customer, valid_to__gt=at)
    moved = later.filter(changes__has_key="book_id").order_by("valid_to", "pk").first()
    return int(moved.changes["book_id"]) if moved is not None else customer.book_id


def deserted(book: Book, since: datetime) -> bool:
    """Tell whether a book stands empty that somebody left since, or its owner is gone.

    A pool never is: nobody owns it, and whoever is free claims from it. Behind the wall.
    """
    if book.owner is None:
        return False
    if not book.owner.is_active:
        return True
    gone = History.objects.filter(valid_to__gt=since, changes__book_id=book.pk)
    return gone.exists() and not Customer.objects.standing().filter(book=book).exists()


def in_books(at: datetime, books: Iterable[int]) -> list[int]:
    """Ids of the customers who were in some books at a moment, behind the wall."""
    with connection.cursor() as db:
        db.execute(
            f"with moved as ({MOVED}) "
            "select c.id from customers_customer c where c.created_at <= %s "
            "and c.book_id = any(%s) and not exists "
            "(select 1 from moved m where m.customer_id = c.id) "
            "union all select m.customer_id from moved m "
            "join customers_customer c on c.id = m.customer_id "
            "where m.book_id = any(%s) and c.created_at <= %s",
            [at, at, list(books), list(books), at],
        )
        return [row[0] for row in db.fetchall()]


def _columns() -> dict[str, Any]:
    return {str(field.column): field for field in Customer._meta.concrete_fields}


def old_history(before: datetime) -> int:
    """How many past values were replaced before a moment, of everybody."""
    return History.objects.filter(valid_to__lt=before).count()
