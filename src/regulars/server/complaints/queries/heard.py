"""What a customer said elsewhere and is a complaint: read where it lies, by who may read it.

Words never travel in an address, where logs and histories keep them: only what they are the
words of does.
"""

from __future__ import annotations

from collections.abc import Callable

from regulars.server.channels import queries as channels
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

LONGEST = 2000
Reader = Callable[[Person, Customer, str], str]
_readers: dict[str, Reader] = {}


def read_words(kind: str, read: Reader) -> None:
    """Say who reads the words of a kind, for features above; they say so when they start.

    A reader is given the viewer, the customer and the public id, and answers "" where that is
    none of this customer's or not the viewer's to see.
    """
    _readers[kind] = read


def words_of(viewer: Person, customer: Customer, said: str) -> str:
    """The words of "answer-…" or "comment-…"."""
    kind, _dash, public_id = said.partition("-")
    read = _readers.get(kind)
    return read(viewer, customer, public_id)[:LONGEST] if read and public_id else ""


def last_said(viewer: Person, customer: Customer) -> str:
    """What was written down of the last contact."""
    said = channels.last_words(viewer, [customer.pk]).get(customer.pk)
    return (said.note or said.need) if said else ""
