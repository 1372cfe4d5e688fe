"""Two files become one: who referred themselves that way is no referral."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from regulars.server.core.audit import Actor
from regulars.server.referrals.actions.rewarding import due_again
from regulars.server.referrals.actions.steps import tell
from regulars.server.referrals.actions.tying import tie_again, withdraw
from regulars.server.referrals.models import Finding, Referral, Step

State = Referral.State


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Refuse what the two files referred to each other, and a second referral of one friend.

    Call it once the other rows were moved. Who was thanked while the other one waits gives it
    back; where all was given it is laid before a person and stays until they decide. Returns
    what `part` needs.
    """
    both = Q(referrer__in=(loser, survivor), friend__in=(loser, survivor))
    own = Referral.objects.filter(both).exclude(state=State.REFUSED)
    story = []
    for row in own.order_by("pk"):
        if row.state == State.REWARDED:
            _note(row, Referral.Refused.SELF, at)
            continue
        story.append(_refused(row, Referral.Refused.SELF, survivor, by=by, at=at))
    left = Referral.objects.filter(friend=loser).exclude(state__in=(State.REFUSED, State.LOST))
    for row in left.exclude(referrer__in=(loser, survivor)).order_by("pk"):
        if row.state == State.REWARDED:
            _note(row, Referral.Refused.EARLIER, at)
            continue
        story.append(_refused(row, Referral.Refused.EARLIER, survivor, by=by, at=at))
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
        if row.state == State.CUSTOMER:
            tie_again(row, told["survivor"], by=by, at=at)
        due_again(row, datetime.fromisoformat(told["at"]))
        tell(row, Step.What.REOPENED, by=by, at=at)


def _refused(
    row: Referral, reason: str, survivor: int, *, by: Actor, at: datetime
) -> dict[str, Any]:
    before = row.state
    row.state, row.ended_at, row.reason = State.REFUSED, at, reason
    row.save(update_fields=["state", "ended_at", "reason"])
    if withdraw(row, by=by, at=at, also=survivor):
        tell(row, Step.What.REVERSED, by=by, at=at)
    tell(row, Step.What.REFUSED, by=by, at=at)
    return {"id": row.pk, "state": before, "at": at.isoformat(), "survivor": survivor}


def _note(row: Referral, reason: str, at: datetime) -> None:
    """Somebody decides on it, even if it was found to be in order before."""
    Finding.objects.update_or_create(
        referral=row, kind=Finding.Kind.MERGED,
        defaults={"facts": {"reason": str(reason)}, "found_at": at},
    )  # fmt: skip
    row.check_state, row.checked_at, row.checked_by = Referral.Check.NONE, None, None
    row.save(update_fields=["check_state", "checked_at", "checked_by"])
