"""The story of a referral, line by line; who referred hears of most of them."""

from __future__ import annotations

from datetime import datetime

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import Referral, Step
from regulars.server.referrals.rules import TOLD


def tell(referral: Referral, what: str, *, by: Actor, at: datetime, words: str = "") -> Step:
    """Write a line. What who referred is to hear of waits until somebody told them."""
    return Step.objects.create(
        referral=referral, what=what, at=at, by=audit.label(by), words=words.strip()[:300],
        tell=what in TOLD and referral.referrer_id is not None,
    )  # fmt: skip


def held(referral: Referral) -> Referral:
    """The row as it is now, locked until the end of the transaction.

    Its two files first, the lower one before the other, as a merge and an erasure take them:
    so no two wait for each other for ever.
    """
    files = Referral.objects.filter(pk=referral.pk).values_list("referrer", "friend").get()
    both = Customer.objects.filter(pk__in=[pk for pk in files if pk is not None])
    list(both.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return (
        Referral.objects.select_for_update(of=("self",))
        .select_related("referrer", "friend", "terms")
        .get(pk=referral.pk)
    )
