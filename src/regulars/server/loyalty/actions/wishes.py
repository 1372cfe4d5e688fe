"""Points moved by hand: booked at once, or held until a second person agrees.

The programme's limit holds for what one person moves for one customer in 30 days without a
second look, so that many small steps are no way around it; and for what is lost by leaving.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.actions import booking, members, points
from regulars.server.loyalty.actions.booking import AnotherRequest
from regulars.server.loyalty.models import Account, Currency, Membership, Movement, Wish

Kind, State = Wish.Kind, Wish.State
WITHIN = timedelta(days=30)
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

    What the same person moved the same way for the customer in the last 30 days counts.

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
    if points_ + _unseen(customer, kind, by=by, at=at) < members.running().approval_from:
        wish.movement, wish.state = _book(wish, by=by, at=at), State.BOOKED
    wish.save(force_insert=True)
    audit.record("loyalty.wished", wish, by=by, at=at, points=points_, state=wish.state)
    return wish


@transaction.atomic
def ask_to_leave(
    membership: Membership, *, reason: str, by: Person, at: datetime
) -> Wish | None:
    """End a membership, or ask for it where many points are lost with it.

    Nothing is returned where they left at once; one that waits already is returned again.

    :raises BadInput: no reason is given.
    """
    customer = membership.customer
    _lock(customer)
    mine = Wish.objects.filter(customer=customer, kind=Kind.LEAVE)
    if waits := mine.filter(state=State.WAITING).first():
        return waits
    account = Account.objects.filter(customer=customer, currency=Currency.POINTS).first()
    points_lost = account.active + account.pending if account else 0
    if points_lost < members.running().approval_from or not points_lost:
        members.leave(membership, reason=reason, by=by, at=at)
        return None
    if not reason.strip():
        raise BadInput(_("Say why they leave; the points are lost with it."))
    wish = Wish.objects.create(
        customer=customer, kind=Kind.LEAVE, points=points_lost, reason=reason.strip(),
        key=f"leave:{membership.public_id}:{mine.count()}", asked_by=by, asked_at=at,
    )  # fmt: skip
    audit.record("loyalty.wished", wish, by=by, at=at, points=points_lost, state=wish.state)
    return wish


@transaction.atomic
def approve(wish: Wish, *, by: Person, at: datetime) -> Wish:
    """Book what somebody else asked for.

    :raises OwnWish: it is the own one.
    :raises Decided: it was decided before.
    :raises NotEnough: the points are no longer there.
    """
    found = _waiting(wish, by)
    found.movement, found.state = _book(found, by=by, at=at), State.BOOKED
    return _decided(found, by=by, at=at)


@transaction.atomic
def decline(wish: Wish, *, note: str, by: Person, at: datetime) -> Wish:
    """Say no, and why."""
    if not note.strip():
        raise BadInput(_("Say why not, for whoever asked."))
    found = _waiting(wish, by)
    found.state, found.note = State.DECLINED, note.strip()
    return _decided(found, by=by, at=at)


def _book(wish: Wish, *, by: Actor, at: datetime) -> Movement:
    if wish.kind == Kind.LEAVE:
        return _left(wish, by=by, at=at)
    book = DOORS[Kind(wish.kind)]
    key, ref = f"wish:{wish.public_id}", f"wish:{wish.public_id}"
    return book(wish.customer, points=wish.points, key=key, ref=ref, by=by, at=at).movement


def _left(wish: Wish, *, by: Actor, at: datetime) -> Movement:
    """:raises NoMember: they left already."""
    found = Membership.objects.standing().filter(customer=wish.customer).first()
    if found is None:
        told = _("“%(customer)s” collects no points.")
        raise booking.NoMember(told % {"customer": wish.customer})
    members.leave(found, reason=wish.reason, by=by, at=at)
    return Movement.objects.filter(
        what=Movement.What.CLOSE, account__customer=wish.customer
    ).latest("pk")


def _unseen(customer: Customer, kind: str, *, by: Person, at: datetime) -> int:
    """Points that a person moved one way for a customer of late, with nobody's second look."""
    _lock(customer)
    found = Wish.objects.filter(
        customer=customer, kind=kind, asked_by=by, asked_at__gt=at - WITHIN,
        state=State.BOOKED, decided_by__isnull=True,
    )  # fmt: skip
    return int(found.aggregate(sum=Sum("points"))["sum"] or 0)


def _lock(customer: Customer) -> None:
    """Two wishes for one customer are looked at one after the other."""
    booking.run(
        "select pg_advisory_xact_lock(hashtextextended('wishes:' || %s, 0))", [str(customer.pk)]
    )


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
