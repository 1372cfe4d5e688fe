"""Gifts of the shelf for points, which return once when a gift is not given."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.utils.translation import gettext as _

from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Movement
from regulars.server.rewards.actions.kinds import NotOffered
from regulars.server.rewards.models import Gift, Present


def price_of(gift: Gift, occasion: str) -> int | None:
    """The points that a gift costs its member; None where it is given.

    :raises NotOffered: it has no price in points.
    """
    if occasion != Present.Occasion.POINTS:
        return None
    if not gift.points:
        raise NotOffered(_("“%(gift)s” is not sold for points.") % {"gift": gift})
    return gift.points


def pay(present: Present, *, by: Actor, at: datetime) -> None:
    """Spend the price of a gift.

    :raises NotEnough: there are fewer points.
    :raises NoMember: the customer collects none.
    """
    if present.points is None:
        return
    named = f"present:{present.public_id}"
    paid = loyalty.redeem(
        present.customer, points=present.points, key=named, ref=named, by=by, at=at
    )
    present.movement = paid.movement
    present.save(update_fields=["movement"])


def repay(present: Present, *, by: Actor, at: datetime) -> None:
    """Return the points that paid for a gift, also where another book's file paid them.

    Points that somebody gave back before are back: the gift ends all the same.
    """
    if present.movement_id is None:
        return
    with scope.beyond(), suppress(loyalty.NothingLeft):
        paid = Movement.objects.get(pk=present.movement_id)
        key = f"not given:{present.public_id}"
        loyalty.give_back(paid, key=key, by=by, at=at)
