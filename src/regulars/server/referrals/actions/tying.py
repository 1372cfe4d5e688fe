"""The tie between a friend and who brought them, which values, ladders and rings read.

It stands as long as the referral does: what is not valid, or was undone, brought nobody.
"""

from __future__ import annotations

from datetime import datetime

from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Relation
from regulars.server.referrals.actions.rewarding import reverse_rewards
from regulars.server.referrals.models import Referral, Reward

SOURCE = "referral"


def tie(found: Referral, *, by: Actor, at: datetime) -> None:
    """The friend is a customer since a day, and who brought them is known."""
    if found.friend is None or found.referrer is None or found.friend == found.referrer:
        return
    customers.relate(
        found.friend, found.referrer, Relation.Kind.REFERRER, since=found.joined_on,
        source=SOURCE, by=by, at=at,
    )  # fmt: skip


def withdraw(found: Referral, *, by: Actor, at: datetime, also: int | None = None) -> int:
    """End what followed from a referral: the tie, and the thanks. Tells how many were given.

    `also` is the file that the friend's became: the tie has moved there already.
    """
    ties = Relation.objects.standing().filter(
        kind=Relation.Kind.REFERRER, source=SOURCE, customer__in=[found.friend_id, also],
        other=found.referrer_id,
    )  # fmt: skip
    today = core.local_date(at)
    for one in ties:
        until = max(today, one.since) if one.since else today
        customers.change_tie(one, since=one.since, until=until, note=one.note, by=by, at=at)
    return reverse_rewards(found, by=by, at=at)


def came_back(found: Referral, taken: int) -> bool:
    """Whether the story may say that the thanks were taken back: not where all of it stays."""
    return taken > 0 or not found.rewards.filter(state=Reward.State.KEPT).exists()


def tie_again(found: Referral, also: int, *, by: Actor, at: datetime) -> None:
    """Let the tie that `withdraw` ended stand again, wherever a merge left it."""
    ended = Relation.objects.filter(
        kind=Relation.Kind.REFERRER, source=SOURCE, customer__in=[found.friend_id, also],
        other=found.referrer_id, since=found.joined_on, until__isnull=False,
    )  # fmt: skip
    if (one := ended.order_by("-until", "-pk").first()) is not None:
        customers.change_tie(one, since=one.since, until=None, note=one.note, by=by, at=at)
