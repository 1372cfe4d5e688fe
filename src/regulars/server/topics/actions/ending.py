"""A manager's talk is answered; a topic comes to its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.topics.models import OPEN_STATES, Talk, Topic

State = Talk.State
AT_ONCE = 50


@transaction.atomic
def answer(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact spoke with the customers about these topics."""
    person = by if isinstance(by, Person) else None
    _talks(cycles).filter(state=State.OPEN).update(
        state=State.ANSWERED, answered_at=at, answered_by=person
    )


@transaction.atomic
def reopen(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """The contact was taken back: what it had answered is open again, before the end."""
    found = _talks(cycles).filter(state=State.ANSWERED, answered_at=done_at)
    found.filter(topic__closed_at__isnull=True).update(
        state=State.OPEN, answered_at=None, answered_by=None
    )


@transaction.atomic
def expire(*, by: Actor, at: datetime) -> int:
    """Close topics whose end has come; return how many, a batch at a time."""
    found = Topic.objects.select_for_update(of=("self",), skip_locked=True)
    ended = found.filter(closed_at__isnull=True, expires_at__lte=at).order_by("expires_at")
    topics = list(ended[:AT_ONCE])
    for topic in topics:
        if topic.state in OPEN_STATES:
            topic.state = Topic.State.EXPIRED
        topic.closed_at = at
        topic.save(update_fields=["state", "closed_at"])
        topic.talks.filter(state=State.OPEN).update(state=State.OVER)
        audit.record("topics.ended", topic, by=by, at=at, state=topic.state)
    return len(topics)


def _talks(cycles: Iterable[str]) -> QuerySet[Talk]:
    """The talks that reasons are about: "talk:12:2026-12-02"."""
    return Talk.objects.filter(pk__in=[int(cycle.split(":")[1]) for cycle in cycles])
