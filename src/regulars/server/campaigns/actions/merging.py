"""Two customers become one: of two members of a campaign the stricter word holds for both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.campaigns.models import Attempt, Member
from regulars.server.core.audit import Actor

State = Member.State
OPEN = (State.WAITING, State.GOING, State.REACHED)
LEFT_ALONE = (State.CONTROL, State.SPARED)


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """End what one of two rows would still do; call it once the other rows were moved.

    A row that found another in its place stays with the loser and is not gone on with. Where
    the loser was left alone, or was spoken to already, the survivor is not begun with.
    """
    left = Member.objects.filter(customer=loser).order_by("pk")
    story: list[list[Any]] = []
    for row in left:
        other = Member.objects.filter(campaign=row.campaign_id, customer=survivor).first()
        if other is None:
            continue
        if row.state in OPEN:
            story.append(_out(row, at))
        begun = row.step > 0 or row.state in LEFT_ALONE
        if begun and other.state == State.WAITING:
            story.append(_out(other, at))
    return {"out": story} if story else {}


@transaction.atomic
def part(story: dict[str, Any]) -> None:
    """Give both rows back what `join` ended."""
    for pk, state, attempts in story.get("out", ()):
        Member.objects.filter(pk=pk, state=State.OUT).update(state=state, reason="")
        Attempt.objects.filter(pk__in=attempts).update(state=Attempt.State.GOING, ended_at=None)


def _out(row: Member, at: datetime) -> list[Any]:
    open_ones = Attempt.objects.filter(member=row, state=Attempt.State.GOING)
    keys = list(open_ones.values_list("pk", flat=True))
    open_ones.update(state=Attempt.State.DROPPED, ended_at=at)
    Member.objects.filter(pk=row.pk).update(state=State.OUT, reason=Member.Out.MERGED)
    return [row.pk, row.state, keys]
