"""Open a customer's file, change it, look at what is hidden, hand it over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, events
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book
from regulars.server.customers import rules
from regulars.server.customers.actions import beside, quality
from regulars.server.customers.actions.standing import hold
from regulars.server.customers.events import CustomerChanged, CustomerCreated
from regulars.server.customers.models import Customer, CustomerSearch, FactKey


class NoReason(BadInput):
    """Nobody looks at personal values without saying what for."""


class NumberTaken(Refused):
    """Another customer has that number."""


def add_customer(
    *, number: str, name: str, book: Book, by: Actor, at: datetime, **fields: Any
) -> Customer:
    """Open a file for a customer, with a pseudonym for the facts.

    :raises NumberTaken: the number is in use.
    """
    try:
        with transaction.atomic():
            customer = Customer.objects.create(
                number=number, name=name, book=book, created_at=at, updated_at=at, **fields
            )
            FactKey.objects.create(customer=customer)
            index(customer)
            quality.measure([customer.pk])
            audit.record("customers.customer.added", customer, by=by, at=at)
            events.emit(CustomerCreated(customer=customer.public_id), at=at)
    except IntegrityError as error:
        raise NumberTaken(
            f"The customer number {number!r} is taken. Choose another, or open that file."
        ) from error
    return customer


@transaction.atomic
def change_customer(customer: Customer, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change values of the file by hand; each remembers where it came from.

    What a person says stands. What another source had said stays beside it.

    :raises NotStanding: the file was merged or erased meanwhile.
    """
    if not fields:
        return
    # Two people may edit different fields at once: only what changed is written, and the
    # notes on where values came from are taken fresh under a lock.
    kept = hold(customer.pk)
    customer.provenance = kept.provenance
    for name, value in fields.items():
        setattr(customer, name, value)
    beside.say_by_hand(customer, kept, list(fields), at=at)
    customer.updated_at = at
    customer.save(update_fields=[*fields, "provenance", "confirmed_at", "updated_at"])
    index(customer)
    quality.measure([customer.pk])
    audit.record("customers.customer.changed", customer, by=by, at=at, fields=sorted(fields))
    changed = CustomerChanged(customer=customer.public_id, fields=tuple(sorted(fields)))
    events.emit(changed, at=at)


def reveal(
    customer: Customer, fields: Iterable[str], *, reason: str, by: Actor, at: datetime
) -> None:
    """Write down that somebody looked at personal values in full, and what for.

    :raises NoReason: the reason is none of `rules.REASONS`.
    """
    if reason not in rules.REASONS:
        raise NoReason(_("Say what you need the hidden values for."))
    audit.record(
        "customers.personal.revealed",
        customer,
        by=by,
        at=at,
        fields=sorted(fields),
        reason=reason,
    )


@transaction.atomic
def move_to_book(customer: Customer, book: Book, *, by: Actor, at: datetime) -> None:
    """Hand a customer over to another book."""
    before, customer.book = customer.book_id, book
    customer.updated_at = at
    customer.save(update_fields=["book", "updated_at"])
    CustomerSearch.objects.filter(customer=customer).update(book=book)
    audit.record("customers.book.changed", customer, by=by, at=at, before=before, after=book.pk)


def index(customer: Customer) -> None:
    """Keep the search entry beside the file."""
    CustomerSearch.objects.update_or_create(
        customer=customer,
        defaults={
            "book_id": customer.book_id,
            "grams": rules.grams(
                name=customer.name,
                number=customer.number,
                name_en=customer.name_en,
                phone=customer.phone,
            ),
            "text": customer.name,
        },
    )
