"""The door to points: earn, redeem, take back, adjust, transfer; `returning` gives back.

Whoever comes names a key. The same request under the same key is one movement with one answer,
however often it comes; coupons and gifts spend through `redeem` and return through `give_back`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.customers.models import Customer
from regulars.server.loyalty import rules
from regulars.server.loyalty.actions import booking, lots
from regulars.server.loyalty.actions.booking import Booked, NoMember, NotEnough
from regulars.server.loyalty.models import (
    Account,
    Currency,
    EarningRule,
    Lot,
    Membership,
    Movement,
)

What = Movement.What
SPEND = "select outcome, movement from loyalty_spend(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
BY_HAND = 24  # months that points last which somebody credits


@transaction.atomic
def redeem(
    customer: Customer, *, points: int, key: str, by: Actor, at: datetime, ref: str = ""
) -> Booked:
    """Spend points, soonest expiring first. `ref` says what for: "coupon:17".

    :raises NotEnough: fewer points are active.
    :raises NoMember: the customer collects none.
    :raises AnotherRequest: the key has the answer of another request.
    """
    booking.check_key(key)
    account = _own(customer)
    body = {"customer": customer.pk, "points": booking.check_points(points), "ref": ref}
    told, day = booking.fingerprint(What.REDEEM, body), core.local_date(at)
    asked = [
        key, told, public_id(), account.pk, points, ref, audit.label(by), at, day,
    ]  # fmt: skip
    outcome, pk = booking.run(SPEND, asked)[0]
    if outcome in {"short", "due"}:
        # Not yet: what is pending may have come due, and what is over must not be spent.
        booking.held(account)
        booking.ripen(account, at=at, by=by, day=day)
        outcome, pk = booking.run(SPEND, asked)[0]
    if outcome == "short":
        raise not_enough(account, points)
    if outcome == "another":  # of a customer, maybe, whom nobody here may see
        raise booking.another()
    made = Movement.objects.get(pk=pk)
    if outcome != "done":
        return booking.repeated(made, told)
    audit.record("loyalty.redeemed", made, by=by, at=at, points=points)
    return Booked(made, made.answer)


@transaction.atomic
def earn(
    customer: Customer,
    *,
    points: int,
    key: str,
    by: Actor,
    at: datetime,
    rule: EarningRule | None = None,
    currency: str = Currency.POINTS,
    pending_days: int = 0,
    expires_on: date | None = None,
    ref: str = "",
) -> Booked:
    """Issue a lot of points that no fact earns: a welcome, a thank-you, a bonus.

    :raises NoMember: the customer collects none.
    :raises AnotherRequest: the key has the answer of another request.
    """
    day = core.local_date(at)
    lot = Lot(
        rule=rule,
        ref=ref,
        issued_on=day,
        available_on=day + timedelta(days=pending_days),
        expires_on=expires_on,
    )
    return _issue(What.EARN, customer, lot, points, key, currency, by=by, at=at)


@transaction.atomic
def credit(
    customer: Customer, *, points: int, key: str, by: Actor, at: datetime, ref: str = ""
) -> Booked:
    """Credit points by hand; they last as long as others usually do."""
    day = core.local_date(at)
    lasts = rules.last_day(day, rules.Lasting("months", BY_HAND))
    lot = Lot(ref=ref, issued_on=day, available_on=day, expires_on=lasts)
    return _issue(What.ADJUST, customer, lot, points, key, Currency.POINTS, by=by, at=at)


@transaction.atomic
def debit(
    customer: Customer, *, points: int, key: str, by: Actor, at: datetime, ref: str = ""
) -> Booked:
    """Take active points away by hand.

    :raises NotEnough: fewer are active.
    """
    account, day = _own(customer), core.local_date(at)
    booking.check_points(points)

    def work(pk: int) -> Mapping[str, Any]:
        booking.held(account)
        booking.ripen(account, at=at, by=by, day=day)
        if booking.sums(account)["balance"] < points:
            raise not_enough(account, points)
        booking.take(pk, account.pk, points, "adjusted", day)
        return {"points": -points} | booking.sums(account)

    body = {"customer": customer.pk, "points": -points, "ref": ref}
    made = booking.once(What.ADJUST, key, body, work, by=by, at=at, account=account, ref=ref)
    if not made.again:
        audit.record("loyalty.adjusted", made.movement, by=by, at=at, points=-points)
    return made


@transaction.atomic
def reverse(
    lot: Lot, *, key: str, by: Actor, at: datetime, points: int | None = None
) -> Booked:
    """Take an earning back, wholly or in part: what is pending, then active, then owed.

    What was spent already is owed: other active points pay it at once, later ones as they
    come. What expired is gone, and nobody owes it.
    """
    account = lot.account

    def work(pk: int) -> Mapping[str, Any]:
        booking.held(account)
        booking.ripen(account, at=at, by=by, day=core.local_date(at))
        taken = _taken_back(pk, Lot.objects.get(pk=lot.pk), points, at=at)
        return {"points": taken} | booking.sums(account)

    body = {"lot": lot.pk, "points": points}
    made = booking.once(What.REVERSE, key, body, work, by=by, at=at, account=account)
    if not made.again:
        audit.record("loyalty.reversed", made.movement, by=by, at=at, lot=lot.pk)
    return made


def _taken_back(pk: int, lot: Lot, points: int | None, *, at: datetime) -> int:
    entries, day = (
        lots.parts_of(lot, lot.points if points is None else points),
        core.local_date(at),
    )
    booking.enter(pk, entries, day)
    booking.settle(pk, day, [lot.account_id])
    return sum(entry[4] for entry in entries)


@transaction.atomic
def transfer(
    customer: Customer, to: Customer, *, points: int, key: str, by: Actor, at: datetime
) -> Booked:
    """Give active points to another member; they keep their last days.

    :raises NotEnough: fewer are active.
    """
    if customer.pk == to.pk:
        raise BadInput(_("Name another member than the one who gives."))
    giver, taker, day = _own(customer), _own(to), core.local_date(at)
    booking.check_points(points)

    def work(pk: int) -> Mapping[str, Any]:
        booking.held(giver, taker)
        booking.ripen(giver, at=at, by=by, day=day)
        booking.ripen(taker, at=at, by=by, day=day)
        if booking.sums(giver)["balance"] < points:
            raise not_enough(giver, points)
        lots.hand_over(pk, booking.take(pk, giver.pk, points, "moved", day), taker, day)
        booking.settle(pk, day, [taker.pk])
        return {"points": points} | booking.sums(giver)

    body = {"customer": customer.pk, "to": to.pk, "points": points}
    made = booking.once(What.TRANSFER, key, body, work, by=by, at=at, account=giver)
    if not made.again:
        audit.record("loyalty.transferred", made.movement, by=by, at=at, points=points)
    return made


def _issue(
    what: str,
    customer: Customer,
    lot: Lot,
    points: int,
    key: str,
    currency: str,
    *,
    by: Actor,
    at: datetime,
) -> Booked:
    booking.check_points(points)
    account = booking.account_of(customer, at=at, currency=currency)
    day = core.local_date(at)

    def work(pk: int) -> Mapping[str, Any]:
        _member(customer)  # now: what was issued before is told again to whoever left since
        booking.held(account)
        booking.ripen(account, at=at, by=by, day=day)
        lot.account, lot.movement_id, lot.points = account, pk, points
        lot.pending, lot.active = (points, 0) if lot.available_on > day else (0, points)
        lot.save(force_insert=True)
        booking.settle(pk, day, [account.pk])
        return {"points": points, "lot": lot.pk} | booking.sums(account)

    body = {
        "customer": customer.pk, "points": points, "currency": currency, "ref": lot.ref,
        "rule": lot.rule_id,
    }  # fmt: skip
    made = booking.once(what, key, body, work, by=by, at=at, account=account, ref=lot.ref)
    if not made.again:
        audit.record("loyalty.issued", made.movement, by=by, at=at, points=points)
    return made


def not_enough(account: Account, points: int) -> NotEnough:
    there = booking.sums(account)["balance"]
    told = _("%(points)s points are asked for, and %(there)s are there.")
    return NotEnough(told % {"points": points, "there": there})


def _own(customer: Customer) -> Account:
    """:raises NoMember: the customer collects no points."""
    found = Account.objects.filter(customer=customer, currency=Currency.POINTS).first()
    if found is None:
        raise NoMember(_("“%(customer)s” collects no points.") % {"customer": customer})
    return found


def _member(customer: Customer) -> None:
    """:raises NoMember: the customer is no member."""
    if not Membership.objects.standing().filter(customer=customer).exists():
        raise NoMember(_("“%(customer)s” collects no points.") % {"customer": customer})
