"""Coupons are issued, paid for with points, voided, and end."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, events, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Movement
from regulars.server.rewards import rules
from regulars.server.rewards.actions import terms
from regulars.server.rewards.actions.kinds import NotOffered
from regulars.server.rewards.events import NotGiven
from regulars.server.rewards.models import Batch, Coupon, Undoing
from regulars.server.tiers import queries as tiers

State, Source = Coupon.State, Coupon.Source


class SoldOut(Refused):
    """All codes of the batch are issued."""


class HasOne(Refused):
    """The customer has as many of this batch as one may have."""


class CannotVoid(Refused):
    """What was redeemed or is over stays so."""


class AnotherRequest(BadInput):
    """The key was used for something else."""


class NotACustomer(Refused):
    """A file that was merged, closed or erased gets nothing."""


@dataclass(frozen=True)
class Given:
    """How many got a coupon, had theirs of the same errand before, or were left out.

    Left out is who has as many as one may have, and who is no customer any more.
    """

    issued: int = 0
    had: int = 0
    left_out: int = 0
    is_sold_out: bool = False

    def __add__(self, other: Given) -> Given:
        return Given(
            self.issued + other.issued, self.had + other.had, self.left_out + other.left_out,
            self.is_sold_out or other.is_sold_out,
        )  # fmt: skip


@transaction.atomic
def issue(
    batch: Batch,
    customer: Customer,
    *,
    key: str,
    by: Actor,
    at: datetime,
    source: str = Source.HAND,
) -> Coupon:
    """Give a customer the next code of a batch; the same key gives the same coupon.

    :raises SoldOut: none is left.
    :raises HasOne: the customer has as many as one may have.
    :raises NotOffered: the batch is closed, on paper, or for points.
    :raises AnotherRequest: the key was used for something else.
    """
    terms.check_key(key)
    if stands := _standing(key, batch, customer):
        return stands
    if source != Source.POINTS and batch.kind.points:
        raise NotOffered(_("Coupons of this kind are paid with points."))
    return _issued(batch, customer, key=key, source=source, by=by, at=at)


@transaction.atomic
def buy(batch: Batch, customer: Customer, *, key: str, by: Actor, at: datetime) -> Coupon:
    """Issue a coupon for points, which are spent in the same transaction.

    :raises NotEnough: there are fewer points.
    :raises NoMember: the customer collects none.
    :raises SoldOut: none is left; no points are spent.
    """
    terms.check_key(key)
    if stands := _standing(key, batch, customer):
        return stands
    price = batch.kind.points
    if not price:
        raise NotOffered(_("Coupons of this kind are not sold for points."))
    made = _issued(batch, customer, key=key, source=Source.POINTS, by=by, at=at)
    paid = loyalty.redeem(
        customer, points=price, key=f"coupon:{made.public_id}", by=by, at=at,
        ref=f"coupon:{made.public_id}",
    )  # fmt: skip
    made.movement = paid.movement
    made.save(update_fields=["movement"])
    return made


@transaction.atomic
def issue_many(
    batch: Batch, customers: Iterable[Customer], *, key: str, by: Actor, at: datetime
) -> Given:
    """Give many customers one each under keys of theirs, until the batch is sold out.

    Who got one under the same key before keeps it, and gets no second one.
    """
    done = had = out = 0
    for customer in customers:
        named = f"{key}:{customer.public_id}"
        if Coupon.objects.filter(key=named).exists():
            had += 1
            continue
        try:
            with transaction.atomic():
                issue(batch, customer, key=named, by=by, at=at, source=Source.MANY)
            done += 1
        except SoldOut:
            return Given(done, had, out, is_sold_out=True)
        except (HasOne, NotACustomer):
            out += 1
    return Given(done, had, out)


@transaction.atomic
def void(coupon: Coupon, *, reason: str, by: Actor, at: datetime) -> Coupon:
    """Take a coupon back before it is redeemed; points that paid for it return.

    :raises CannotVoid: it was redeemed, or is over.
    """
    if not reason.strip():
        raise BadInput(_("Say why, so that others understand it later."))
    found = Coupon.objects.select_for_update(of=("self",)).get(pk=coupon.pk)
    if found.state not in {State.FREE, State.ISSUED}:
        raise CannotVoid(
            _("This coupon is %(state)s already.") % {"state": found.get_state_display()}
        )
    found.state, found.ended_at, found.ended_because = State.VOID, at, reason.strip()[:200]
    found.save(update_fields=["state", "ended_at", "ended_because"])
    _repay(found, by=by, at=at)
    events.emit(NotGiven(what="coupon", benefit=found.public_id), at=at)
    audit.record("rewards.coupon.voided", found, by=by, at=at)
    return found


def _repay(coupon: Coupon, *, by: Actor, at: datetime) -> None:
    """Return the points that paid for a coupon, also where another book's file paid them.

    Points that somebody gave back before are back: the coupon ends all the same.
    """
    if coupon.movement_id is None:
        return
    with scope.beyond(), suppress(loyalty.NothingLeft):
        paid = Movement.objects.get(pk=coupon.movement_id)
        loyalty.give_back(paid, key=f"void:{coupon.public_id}", by=by, at=at)


@transaction.atomic
def expire(*, by: Actor, at: datetime) -> int:
    """Let coupons end whose last day is over; returns how many. Twice does nothing."""
    over = Coupon.objects.filter(
        state__in=(State.ISSUED, State.FREE), expires_on__lt=core.local_date(at)
    )
    ended = over.update(state=State.EXPIRED, ended_at=at)
    if ended:
        audit.record("rewards.coupons.expired", "rewards", by=by, at=at, coupons=ended)
    return ended


@transaction.atomic
def erase(customer_id: int, *, by: Actor, at: datetime) -> int:
    """Void what a person who is forgotten could still redeem; why one came back is blanked."""
    Undoing.objects.filter(redemption__coupon__customer=customer_id).update(reason="—")
    return Coupon.objects.filter(customer=customer_id, state=State.ISSUED).update(
        state=State.VOID, ended_at=at, ended_because=""
    )


@transaction.atomic
def drop_owners(before: datetime) -> int:
    """Forget whose coupons were that ended before a moment; what they cost stays."""
    found = Coupon.objects.over(before)
    undone = Undoing.objects.filter(redemption__coupon__in=found).exclude(reason="—")
    undone.update(reason="—")
    return found.update(customer=None, movement=None, ended_because="")


def _standing(key: str, batch: Batch, customer: Customer) -> Coupon | None:
    """:raises AnotherRequest: the key was used for something else."""
    terms.lock(f"rewards:{key}")
    found = Coupon.objects.select_related("batch__kind").filter(key=key).first()
    if found is not None and (found.batch_id, found.customer_id) != (batch.pk, customer.pk):
        raise AnotherRequest(
            _("This key was used for another request. Repeat that one, or choose a new key.")
        )
    return found


def _issued(
    batch: Batch, customer: Customer, *, key: str, source: str, by: Actor, at: datetime
) -> Coupon:
    # Who comes first has the batch until the end; the others see what is left then.
    held = Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("kind")
    batch = held.get(pk=batch.pk)
    _check(batch, customer, at=at)
    free = Coupon.objects.filter(batch=batch, state=State.FREE).order_by("pk").first()
    if free is None:
        raise SoldOut(_("All coupons of “%(batch)s” are issued.") % {"batch": batch})
    tier = tiers.tiers_of([customer.pk]).get(customer.pk)
    today = core.local_date(at)
    told: dict[str, Any] = {
        "state": State.ISSUED,
        "customer": customer,
        "level": tier.level if tier else None,
        "source": source,
        "key": key,
        "issued_at": at,
        "issued_on": today,
        "issued_by": by if isinstance(by, Person) else None,
        "expires_on": rules.last_day(today, days=batch.kind.days, until=batch.kind.until),
    }
    for name, value in told.items():
        setattr(free, name, value)
    try:
        with transaction.atomic():
            free.save(update_fields=list(told))
    except IntegrityError as error:
        raise _refusal(error, batch) from error
    if source != Source.MANY:
        audit.record("rewards.coupon.issued", free, by=by, at=at, source=source)
    return free


def _check(batch: Batch, customer: Customer, *, at: datetime) -> None:
    kind, today = batch.kind, core.local_date(at)
    if batch.closed_at is not None or batch.is_bearer:
        raise NotOffered(_("Nothing of “%(batch)s” is issued to customers.") % {"batch": batch})
    if kind.until is not None and kind.until < today:
        raise NotOffered(_("Coupons of this kind are over."))
    terms.check_condition(kind.condition)
    living = customer.state in {Customer.State.ACTIVE, Customer.State.STUB}
    if not living or customer.deceased_on:
        raise NotACustomer(
            _("“%(customer)s” is no customer who could get one.") % {"customer": customer}
        )


def _refusal(error: IntegrityError, batch: Batch) -> Refused:
    """What the database refused, in words."""
    name = terms.broken(error)
    if name == "no_more_to_one_customer":
        return HasOne(
            _("The customer has as many of “%(batch)s” as one may have: %(most)s.")
            % {"batch": batch, "most": batch.per_customer}
        )
    if name == "a_batch_issues_no_more_than_its_size":
        return SoldOut(_("All coupons of “%(batch)s” are issued.") % {"batch": batch})
    raise error
