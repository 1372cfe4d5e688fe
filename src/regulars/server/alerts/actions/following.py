"""Alerts go along when customers, or whole books, go to others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from regulars.server.alerts import queries
from regulars.server.alerts.actions.escalation import given, write
from regulars.server.alerts.models import Alert, AlertQuerySet, Step
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book


@transaction.atomic
def follow_customers(
    ids: Collection[int], *, by: Actor, at: datetime, why: str = Step.Why.MOVED
) -> int:
    """Put what waits about some customers before whoever looks after them now.

    What is with somebody on the new line already (a manager of both books) stays there.
    Call it after the customers moved; returns how many alerts changed hands.
    """
    return _follow(Alert.objects.live().filter(customer__in=ids), why=why, by=by, at=at)


@transaction.atomic
def follow_book(book: Book, *, by: Actor, at: datetime) -> int:
    """The same for all of a book that has another owner or backup now."""
    return _follow(
        Alert.objects.live().filter(customer__book=book), why=Step.Why.MOVED, by=by, at=at
    )


def _follow(found: AlertQuerySet, *, why: str, by: Actor, at: datetime) -> int:
    locked = found.select_for_update(of=("self",)).select_related("customer")
    alerts = list(locked.order_by("pk"))
    clock, day = queries.clock(at), core.local_date(at)
    lines = queries.lines({each.customer.book_id for each in alerts}, day=day)
    steps = [
        given(alert, line[0], clock, Step.What.FOLLOWED, why=why)
        for alert in alerts
        if (line := lines.get(alert.customer.book_id))
        and alert.holder_id not in {post.person_id for post in line}
    ]
    write(steps, by=by, at=at)
    return len(steps)


@transaction.atomic
def return_to(holders: Collection[tuple[int, int | None, int]]) -> None:
    """Give alerts back to whom they were with: (alert, holder, rung)."""
    for pk, holder, rung in holders:
        Alert.objects.live().filter(pk=pk).update(holder=holder, rung=rung)
