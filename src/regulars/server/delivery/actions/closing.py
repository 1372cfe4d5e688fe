"""What is over: messages whose time has passed, mailings of which nothing is left to send."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from regulars.server.core import audit
from regulars.server.core.audit import WORKER
from regulars.server.delivery.models import Delivery, Line, Mailing

STILL = (Delivery.State.WAITING, Delivery.State.LEASED, Delivery.State.BEGUN)


@transaction.atomic
def expire(*, at: datetime) -> int:
    """Close messages whose time is over, of paused mailings too, and those that came back
    from a sender's hand after their mailing was stopped."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    stopped = waiting.filter(mailing__state=Mailing.State.STOPPED)
    closed = stopped.update(state=Delivery.State.STOPPED, ended_at=at)
    late = waiting.filter(mailing__valid_until__lte=at)
    return closed + late.update(state=Delivery.State.EXPIRED, ended_at=at)


@transaction.atomic
def close_over(line: Line, *, at: datetime) -> int:
    """End mailings that are complete and of which every message has its end."""
    left = Delivery.objects.filter(mailing=OuterRef("pk"), state__in=STILL)
    found = Mailing.objects.select_for_update(of=("self",)).filter(
        ~Exists(left), line=line, state=Mailing.State.RUNNING, complete=True
    )
    for mailing in found:
        mailing.state, mailing.ended_at = Mailing.State.DONE, at
        mailing.save(update_fields=["state", "ended_at"])
        audit.record("delivery.mailing.done", mailing, by=WORKER, at=at)
    return len(found)
