"""A friend whom nobody spoke with in time goes up the line, one rung at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from regulars.server.alerts import queries as alerts
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.referrals import queries
from regulars.server.referrals.actions.steps import tell
from regulars.server.referrals.models import Step

BATCH = 200
ORDER = (F("risen_at").asc(nulls_first=True), "contact_by", "pk")


@transaction.atomic
def rise(*, by: Actor, at: datetime) -> int:
    """Move on one batch of what is late; returns how many moved.

    Those on no rung yet come first, then who stands longest on theirs: what still waits on a
    rung is behind all that may go on, and keeps nobody back.
    """
    late = queries.late(at).filter(at_top=False)
    held = late.select_for_update(of=("self",), skip_locked=True)
    rows = list(held.select_related("friend__book", "risen_to").order_by(*ORDER)[:BATCH])
    books = {row.friend.book_id for row in rows if row.friend}
    lines, work = alerts.lines(books, day=core.local_date(at)), core.work_hours()
    wait = timedelta(hours=queries.policy().rise_hours)
    moved = 0
    for row in rows:
        stays_until = work.add(row.risen_at, wait) if row.risen_at else row.contact_by
        if row.friend is None or stays_until > at:
            continue
        owner = row.friend.book.owner_id
        stands = row.rung if row.risen_to_id else 0
        post = next(
            (
                post
                for post in lines.get(row.friend.book_id, ())
                if post.rung > stands and post.person_id not in {owner, row.risen_to_id}
            ),
            None,
        )
        if post is None:
            row.at_top = True
            row.save(update_fields=["at_top"])
            continue
        row.rung, row.risen_at = post.rung, at
        row.risen_to = Person.objects.get(pk=post.person_id)
        row.save(update_fields=["rung", "risen_to", "risen_at"])
        tell(row, Step.What.ROSE, by=by, at=at, words=str(row.risen_to))
        audit.record("referrals.rose", row, by=by, at=at, rung=post.rung)
        moved += 1
    return moved
