"""Two files become one: who referred themselves that way is no referral."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from regulars.server.core.audit import Actor
from regulars.server.referrals.actions.steps import tell
from regulars.server.referrals.models import Finding, Referral, Step

State = Referral.State


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Refuse what the two files referred to each other, and a second referral of one friend.

    Call it once the other rows were moved. What was rewarded already is laid before a person
    and stays: taking points back is a decision. Returns what `part` needs.
    """
    both = Q(referrer__in=(loser, survivor), friend__in=(loser, survivor))
    own = Referral.objects.filter(both).exclude(state=State.REFUSED)
    story = []
    for row in own.order_by("pk"):
        if row.state == State.REWARDED:
            _note(row, at)
            continue
        story.append(_refused(row, Referral.Refused.SELF, by=by, at=at))
    left = Referral.objects.filter(friend=loser).exclude(state__in=(State.REFUSED, State.LOST))
    for row in left.exclude(referrer__in=(loser, survivor)).order_by("pk"):
        if row.state == State.REWARDED:
            _note(row, at)
            continue
        story.append(_refused(row, Referral.Refused.EARLIER, by=by, at=at))
    return {"refused": story} if story else {}


@transaction.atomic
def part(story: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Let what `join` refused go on."""
    for told in story.get("refused", ()):
        row = Referral.objects.filter(pk=told["id"], state=State.REFUSED).first()
        if row is None:
            continue
        row.state, row.ended_at, row.reason = told["state"], None, ""
        row.save(update_fields=["state", "ended_at", "reason"])
        tell(row, Step.What.REOPENED, by=by, at=at)


def _refused(row: Referral, reason: str, *, by: Actor, at: datetime) -> dict[str, Any]:
    before = row.state
    row.state, row.ended_at, row.reason = State.REFUSED, at, reason
    row.save(update_fields=["state", "ended_at", "reason"])
    tell(row, Step.What.REFUSED, by=by, at=at)
    return {"id": row.pk, "state": before}


def _note(row: Referral, at: datetime) -> None:
    Finding.objects.get_or_create(
        referral=row, kind=Finding.Kind.RING, defaults={"facts": {}, "found_at": at}
    )
