"""Points moved by hand: booked at once, or held until a second person agrees."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.actions import booking, members, points
from regulars.server.loyalty.actions.booking import AnotherRequest, Booked
from regulars.server.loyalty.models import Account, Currency, Wish

Kind, State = Wish.Kind, Wish.State
DOORS = {Kind.REDEEM: points.redeem, Kind.CREDIT: points.credit, Kind.DEBIT: points.debit}


class OwnWish(Refused):
    """Whoever asks does not approve."""


class Decided(Refused):
    """It was decided before."""


@transaction.atomic
def ask(
    customer: Customer,
    kind: str,
    *,
    points_: int,
    reason: str,
    key: str,
    by: Person,
    at: datetime,
) -> Wish:
    """Move points with a reason. From the programme's limit on it waits for approval.

    :raises BadInput: no reason is given, or no number of points.
    :raises NotEnough: there are fewer.
    :raises AnotherRequest: the key was used for something else.
    """
    if not reason.strip():
        raise BadInput(_("Say why, so that others understand it later."))
    booking.check_key(key)
    booking.run("select pg_advisory_xact_lock(hashtextextended('wish:' || %s, 0))", [key])
    told = {"customer": customer, "kind": kind, "points": booking.check_points(points_)}
    if stands := Wish.objects.filter(key=key).first():
        same = all(getattr(stands, name) == value for name, value in told.items())
        if not same or stands.reason != reason.strip():
            raise AnotherRequest(_("This key was used for another request."))
        return stands
    if kind != Kind.CREDIT:
        _check_there(customer, points_)
    wish = Wish(key=key, reason=reason.strip(), asked_by=by, asked_at=at, **told)
    if points_ < members.running().approval_from:
        wish.movement, wish.state = _book(wish, by=by, at=at).movement, State.BOOKED
    wish.save(force_insert=True)
    audit.record("loyalty.wished", wish, by=by, at=at, points=points_, state=wish.state)
    return wish


@transaction.atomic
def approve(wish: Wish, *, by: Person, at: datetime) -> Wish:
    """Book what somebody else asked for.

    :raises OwnWish: it is the own one.
    :raises Decided: it was decided before.
    :raises NotEnough: the points are no longer there.
    """
    found = _waiting(wish, by)
    found.movement, found.state = _book(found, by=by, at=at).movement, State.BOOKED
    return _decided(found, by=by, at=at)


@transaction.atomic
def decline(wish: Wish, *, note: str, by: Person, at: datetime) -> Wish:
    """Say no, and why."""
    if not note.strip():
        raise BadInput(_("Say why not, for whoever asked."))
    found = _waiting(wish, by)
    found.state, found.note = State.DECLINED, note.strip()
    return _decided(found, by=by, at=at)


def _book(wish: Wish, *, by: Actor, at: datetime) -> Booked:
    book = DOORS[Kind(wish.kind)]
    key, ref = f"wish:{wish.public_id}", f"wish:{wish.public_id}"
    return book(wish.customer, points=wish.points, key=key, ref=ref, by=by, at=at)


def _waiting(wish: Wish, by: Person) -> Wish:
    found = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    if found.state != State.WAITING:
        raise Decided(_("This was decided already."))
    if found.asked_by_id == by.pk:
        raise OwnWish(_("You asked for this yourself. Somebody else approves it."))
    return found


def _decided(wish: Wish, *, by: Person, at: datetime) -> Wish:
    wish.decided_by, wish.decided_at = by, at
    wish.save(update_fields=["state", "note", "decided_by", "decided_at", "movement"])
    audit.record("loyalty.wish_decided", wish, by=by, at=at, state=wish.state)
    return wish


def _check_there(customer: Customer, asked: int) -> None:
    account = Account.objects.filter(customer=customer, currency=Currency.POINTS).first()
    if account is None:
        raise booking.NoMember(_("“%(customer)s” collects no points.") % {"customer": customer})
    if account.active + account.pending < asked:
        raise points.not_enough(account, asked)
