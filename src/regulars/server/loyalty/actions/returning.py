"""What was redeemed is given back, to wherever its lots are by now.

A merge takes lots along into the file that goes on, and what was spent before stays with the
file that spent it. So whoever looks after one of the two may not see the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.loyalty import queries
from regulars.server.loyalty.actions import booking, lots
from regulars.server.loyalty.actions.booking import Booked
from regulars.server.loyalty.models import Account, Movement

What = Movement.What


class BoughtWith(Refused):
    """Points that paid for something return when that is taken back, and not alone."""


class Elsewhere(Refused):
    """The points came from a file that somebody else looks after."""


@transaction.atomic
def give_back(
    movement: Movement, *, key: str, by: Actor, at: datetime, points: int | None = None
) -> Booked:
    """Return what was spent in a movement, or some of it, to the lots it came from.

    A lot that is over, or soon will be, lasts the programme's days of grace again. What was
    spent under a file of another book returns to the file that this one went into.

    :raises NothingLeft: all of it is back.
    :raises BadInput: more is to be returned than is left of it.
    :raises Elsewhere: neither what was spent nor where it returns is seen here.
    """
    if movement.what != What.REDEEM:
        raise BadInput(_("Only what was redeemed is given back."))
    account = _seen(movement)

    def work(pk: int) -> Mapping[str, Any]:
        told = lots.given_back(pk, movement, points, at=at)
        return {**told, **booking.sums(account)}

    body = {"movement": movement.public_id, "points": points}
    with scope.beyond():
        made = booking.once(
            What.GIVE_BACK, key, body, work, by=by, at=at, undoes=movement, ref=movement.ref,
            account=account,
        )  # fmt: skip
        if not made.again:
            audit.record("loyalty.given_back", made.movement, by=by, at=at)
    return made


def give_back_alone(
    movement: Movement, *, key: str, by: Actor, at: datetime, points: int | None = None
) -> Booked:
    """The same for whoever asks from outside: not where something bought would stay good.

    :raises BoughtWith: what the points paid for has to be taken back first.
    """
    if how := queries.back_of(movement.ref):
        raise BoughtWith(how)
    return give_back(movement, key=key, by=by, at=at, points=points)


def _seen(movement: Movement) -> Account:
    """The account that gets points back, as whoever looks sees it; else the one that spent.

    :raises Elsewhere: neither is seen.
    """
    with scope.beyond():
        homes = lots.homes_of(movement)
    spent = Q(pk=movement.account_id) & ~Q(customer__state=Customer.State.MERGED)
    found = Account.objects.filter(Q(pk__in=homes) | spent).order_by("pk")
    seen = sorted(found, key=lambda one: one.pk not in homes)
    if not seen:
        raise Elsewhere(
            _("These points return to a customer of somebody else, who gives them back.")
        )
    return seen[0]
