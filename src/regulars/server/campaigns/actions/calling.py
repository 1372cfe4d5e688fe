"""Results of calls and visits come back from people's lists onto the members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from regulars.server.campaigns.models import Attempt, Member
from regulars.server.channels.models import Touch
from regulars.server.core.audit import Actor

State = Attempt.State


@transaction.atomic
def answered(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact dealt with these calls: the customer answered."""
    found = _attempts(cycles).filter(state=State.GOING)
    members = list(found.values_list("member", flat=True))
    found.update(state=State.ANSWERED, ended_at=at)
    Member.objects.filter(pk__in=members).update(
        state=Member.State.ANSWERED, result=touch.outcome, result_at=touch.at
    )


@transaction.atomic
def open_again(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """The contact was taken back: the calls are open again."""
    found = _attempts(cycles).filter(state=State.ANSWERED, ended_at=done_at)
    members = list(found.values_list("member", flat=True))
    found.update(state=State.GOING, ended_at=None)
    Member.objects.filter(pk__in=members, state=Member.State.ANSWERED).update(
        state=Member.State.GOING, result="", result_at=None
    )


def _attempts(cycles: Iterable[str]) -> QuerySet[Attempt]:
    """The attempts that reasons are about: "call:12:2026-12-02"."""
    parts = [cycle.split(":") for cycle in cycles]
    keys = [int(part[1]) for part in parts if part[0] == "call"]
    return Attempt.objects.filter(pk__in=keys)
