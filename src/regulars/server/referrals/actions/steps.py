"""The story of a referral, line by line; who referred hears of most of them."""

from __future__ import annotations

from datetime import datetime

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.referrals.models import Referral, Step
from regulars.server.referrals.rules import TOLD


def tell(referral: Referral, what: str, *, by: Actor, at: datetime, words: str = "") -> Step:
    """Write a line. What who referred is to hear of waits until somebody told them."""
    return Step.objects.create(
        referral=referral, what=what, at=at, by=audit.label(by), words=words.strip()[:300],
        tell=what in TOLD and referral.referrer_id is not None,
    )  # fmt: skip


def held(referral: Referral) -> Referral:
    """The row as it is now, locked until the end of the transaction."""
    return (
        Referral.objects.select_for_update(of=("self",))
        .select_related("referrer", "friend", "terms")
        .get(pk=referral.pk)
    )
