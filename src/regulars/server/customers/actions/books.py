"""Many customers go to another book at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer, CustomerSearch, LifeEvent


@transaction.atomic
def move_many(
    ids: Collection[int],
    book: Book,
    *,
    by: Actor,
    at: datetime,
    out_of: Book | None = None,
) -> int:
    """Give customers to a book; who stands in it already is left alone. Returns how many.

    :param out_of: only those who are still in this book.
    """
    moving = Customer.objects.standing().filter(pk__in=ids).exclude(book=book)
    if out_of is not None:
        moving = moving.filter(book=out_of)
    # A weak lock: who just notes a contact with one of them goes on, and waits for nothing.
    held = moving.order_by("pk").select_for_update(of=("self",), no_key=True)
    keys = list(held.values_list("pk", flat=True))
    Customer.objects.filter(pk__in=keys).update(book=book, updated_at=at)
    CustomerSearch.objects.filter(customer__in=keys).update(book=book)
    audit.record("customers.books.changed", book, by=by, at=at, customers=len(keys))
    return len(keys)


@transaction.atomic
def ask_for_action(
    ids: Collection[int],
    *,
    action: str,
    note: str,
    due_on: date,
    owner: Person | None,
    by: Actor,
    at: datetime,
    words: str = "",
) -> int:
    """Ask whoever looks after some customers to do something by a day; returns how many.

    `words` are what to tell each customer; {name} in them is the customer's name.
    """
    made = LifeEvent.objects.bulk_create(
        [
            LifeEvent(
                customer_id=key,
                kind=LifeEvent.Kind.OTHER,
                happens_on=at.date(),
                note=note,
                action=action,
                words=words,
                due_on=due_on,
                owner=owner,
                noted_by=by if isinstance(by, Person) else None,
                noted_at=at,
            )
            for key in sorted(ids)
        ],
        batch_size=5_000,
    )
    audit.record("customers.life.asked", "customers.LifeEvent", by=by, at=at, count=len(made))
    return len(made)
