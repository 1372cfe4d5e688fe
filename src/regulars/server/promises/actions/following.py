"""Promises go along when customers, or whole books, go to others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from regulars.server.alerts import queries as alerts
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book
from regulars.server.promises.models import Promise, PromiseQuerySet


@transaction.atomic
def follow_customers(ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Give what is open, or still owed, to whoever looks after the customers now.

    A promise of somebody on the new line (a manager of both books) stays theirs. Call it
    after the customers moved; returns how many promises changed hands.
    """
    return _follow(Promise.objects.filter(customer__in=ids), by=by, at=at)


@transaction.atomic
def follow_book(book: Book, *, by: Actor, at: datetime) -> int:
    """The same for all of a book that has another owner or backup now."""
    return _follow(Promise.objects.filter(customer__book=book), by=by, at=at)


def _follow(found: PromiseQuerySet, *, by: Actor, at: datetime) -> int:
    rows = list(
        (found.open() | found.owed())
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "owner", "customer__book")
    )
    lines = alerts.lines({book for _pk, _owner, book in rows}, day=core.local_date(at))
    moving: dict[int, list[int]] = {}
    for pk, owner, book in rows:
        line = lines.get(book, ())
        if line and owner not in {post.person_id for post in line}:
            moving.setdefault(line[0].person_id, []).append(pk)
    for person, pks in sorted(moving.items()):
        Promise.objects.filter(pk__in=pks).update(owner=person)
    moved = sum(len(pks) for pks in moving.values())
    if moved:
        audit.record("promises.followed", "promises.Promise", by=by, at=at, promises=moved)
    return moved
