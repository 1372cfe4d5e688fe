"""Who holds messages: a lock of the database that dies with its holder, no clock involved."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from regulars.server.channels import actions as channels
from regulars.server.delivery.kinds import Twice
from regulars.server.delivery.kinds.registry import kind
from regulars.server.delivery.models import Delivery

LOCK = 0x5E9D  # the first half of the lock's number: senders; the second is the sender's own
State = Delivery.State


@contextmanager
def lease() -> Iterator[int]:
    """Be a sender, with a number of its own, for as long as this connection lives."""
    worker = secrets.randbelow(2**31 - 1) + 1
    with connection.cursor() as db:
        db.execute("select pg_advisory_lock(%s, %s)", [LOCK, worker])
    try:
        yield worker
    finally:
        with connection.cursor() as db:
            db.execute("select pg_advisory_unlock(%s, %s)", [LOCK, worker])


def rescue(*, at: datetime) -> int:
    """Take what dead senders held: what was not begun waits again, the rest is unknown.

    Where the provider knows our key, what was begun goes again under the same key.
    """
    held = Delivery.objects.filter(worker__isnull=False).order_by()
    holders = [one for one in held.values_list("worker", flat=True).distinct() if one]
    found = 0
    for worker in holders:
        with transaction.atomic(), connection.cursor() as db:
            db.execute("select pg_try_advisory_xact_lock(%s, %s)", [LOCK, worker])
            if db.fetchone()[0]:
                found += give_up(worker, at=at)
    return found


@transaction.atomic
def give_up(worker: int, *, at: datetime) -> int:
    """Let go of everything a sender holds; gives how many messages that were."""
    rows = list(
        Delivery.objects.filter(worker=worker).select_related("mailing__line").order_by("pk")
    )
    again = [one for one in rows if one.state == State.LEASED or _may_go_again(one, at=at)]
    # Decisions before messages, as a merge moves them.
    for row in again:
        if row.decision_id:
            channels.take_back(row.decision_id, at=at)
    held = Delivery.objects.filter(worker=worker)
    held.filter(pk__in=[row.pk for row in again]).update(
        worker=None, state=State.WAITING, due_at=at
    )
    held.update(worker=None, state=State.UNKNOWN, ended_at=at)
    return len(rows)


def _may_go_again(row: Delivery, *, at: datetime) -> bool:
    can = kind(row.mailing.line.kind).can
    if can.twice is Twice.WHILE:
        return row.begun_at is not None and at < row.begun_at + timedelta(seconds=can.known_for)
    return can.twice is Twice.KEYED
