"""Cards go along when their customers go to another book."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from regulars.server.care.models import Card
from regulars.server.core.models import Book


@transaction.atomic
def follow_customers(ids: Collection[int], book: Book, *, at: datetime) -> int:
    """Put the open cards of customers on the list of the book that they stand in now."""
    waiting = Card.objects.filter(customer__in=ids, state=Card.State.OPEN)
    return waiting.exclude(book=book).update(book=book, helper=None)
