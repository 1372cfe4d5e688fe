"""A gift for a customer: asked for, approved or refused, handed over, signed for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, events
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.rewards import rules
from regulars.server.rewards.actions import gifts, paying, terms
from regulars.server.rewards.actions.coupons import AnotherRequest, NotACustomer
from regulars.server.rewards.events import NotGiven
from regulars.server.rewards.models import MOST, Gift, Present, Signature
from regulars.server.tiers import queries as tiers

State, Occasion = Present.State, Present.Occasion
PNG = b"\x89PNG\r\n\x1a\n"


class TooMany(Refused):
    """The customer had as many gifts this year as one may have."""


class OverBudget(Refused):
    """Small surprises have a budget in each month."""


class OwnWish(Refused):
    """Whoever asks does not approve."""


class NotNow(Refused):
    """It was decided, handed over or signed before, or is not yet."""


@transaction.atomic
def ask(
    customer: Customer,
    gift: Gift,
    *,
    place: OrgUnit,
    occasion: str,
    reason: str,
    key: str,
    by: Actor,
    at: datetime,
) -> Present:
    """Ask for a gift; one is set aside. Below the limit of the settings it is approved at once.

    A gift for points is paid for in the same transaction, and is no gift of the year.

    :raises NotOffered: it is not sold for points.
    :raises NotEnough: there are fewer points than it costs.
    :raises NoneLeft: the shelf of the place is empty.
    :raises TooMany: the customer had as many this year as one may have.
    :raises OverBudget: a surprise beyond the month's budget of whoever asks.
    :raises Forbidden: a bank may not give it for this.
    """
    terms.check_key(key)
    terms.lock(f"present:{key}")
    same = {"customer": customer, "gift": gift, "place": place, "occasion": occasion}
    if stands := Present.objects.filter(key=key).first():
        if any(getattr(stands, name) != value for name, value in same.items()):
            raise AnotherRequest(_("This key was used for another request."))
        return stands
    _check(customer, gift, occasion, reason, at=at)
    price, today, policy = paying.price_of(gift, occasion), core.local_date(at), terms.policy()
    person = by if isinstance(by, Person) else None
    if price is None:
        _check_year(customer, today)
    if occasion == Occasion.SURPRISE:
        _check_budget(person, gift.unit_cost, today)
    waits = gift.unit_cost >= policy.approval_from
    tier = tiers.tiers_of([customer.pk]).get(customer.pk)
    made = Present.objects.create(
        **same,
        reason=reason.strip()[:200],
        cost=gift.unit_cost,
        points=price,
        level=tier.level if tier else None,
        key=key,
        state=State.WAITING if waits else State.APPROVED,
        asked_by=person,
        asked_at=at,
        asked_on=today,
        decided_at=None if waits else at,
        decided_on=None if waits else today,
    )
    gifts.set_aside(made, by=by, at=at)
    paying.pay(made, by=by, at=at)
    audit.record("rewards.present.asked", made, by=by, at=at, state=made.state)
    return made


@transaction.atomic
def approve(present: Present, *, by: Person, at: datetime) -> Present:
    """:raises OwnWish: it is the own one. :raises NotNow: it was decided before."""
    found = _decidable(present, by)
    return _decided(found, State.APPROVED, "", by=by, at=at)


@transaction.atomic
def refuse(present: Present, *, note: str, by: Person, at: datetime) -> Present:
    """Say no, and why; the gift goes back on the shelf."""
    if not note.strip():
        raise BadInput(_("Say why not, for whoever asked."))
    found = _decidable(present, by)
    gifts.put_back(found, by=by, at=at)
    paying.repay(found, by=by, at=at)
    events.emit(NotGiven(what="gift", benefit=found.public_id), at=at)
    return _decided(found, State.REFUSED, note.strip()[:200], by=by, at=at)


@transaction.atomic
def withdraw(present: Present, *, by: Actor, at: datetime) -> Present:
    """It is not given after all; the gift goes back on the shelf."""
    found = _held(present, State.WAITING, State.APPROVED)
    gifts.put_back(found, by=by, at=at)
    paying.repay(found, by=by, at=at)
    found.state = State.WITHDRAWN
    found.save(update_fields=["state"])
    events.emit(NotGiven(what="gift", benefit=found.public_id), at=at)
    audit.record("rewards.present.withdrawn", found, by=by, at=at)
    return found


@transaction.atomic
def hand_over(
    present: Present, *, by: Actor, at: datetime, png: bytes = b"", typed: str = ""
) -> Present:
    """Give it to the customer, who signs; without a signature it is on its way.

    :raises BadInput: what was drawn is no small PNG.
    """
    found = _held(present, State.APPROVED)
    found.state, found.handed_at = State.HANDED, at
    found.handed_by = by if isinstance(by, Person) else None
    found.save(update_fields=["state", "handed_at", "handed_by"])
    audit.record("rewards.present.handed", found, by=by, at=at)
    return sign(found, png=png, typed=typed, by=by, at=at) if png or typed.strip() else found


@transaction.atomic
def sign(
    present: Present, *, by: Actor, at: datetime, png: bytes = b"", typed: str = ""
) -> Present:
    """The customer signs for what was handed over: drawn, or the name typed."""
    found = _held(present, State.HANDED)
    name = typed.strip()[:80]
    if not png and not name:
        raise BadInput(_("Let the customer sign, or type their name."))
    if png and (len(png) > MOST or not png.startswith(PNG)):
        raise BadInput(_("The signature is no small picture. Draw it once more."))
    Signature.objects.create(present=found, png=png, typed=name, at=at)
    found.state, found.received_at = State.RECEIVED, at
    found.save(update_fields=["state", "received_at"])
    audit.record("rewards.present.signed", found, by=by, at=at, drawn=bool(png))
    return found


@transaction.atomic
def come_back(
    present: Present, *, reason: str, by: Actor, at: datetime, is_lost: bool = False
) -> Present:
    """What was on its way came back: it lies on its shelf again, or is written off.

    What points paid for comes back after it was received, too; either way they return.

    :raises NotNow: it is not on its way.
    """
    if not reason.strip():
        raise BadInput(_("Say why, so that others understand it later."))
    bought = present.points is not None
    found = _held(present, State.HANDED, *((State.RECEIVED,) if bought else ()))
    if not is_lost:
        gifts.put_back(found, by=by, at=at)
    paying.repay(found, by=by, at=at)
    found.state, found.returned_at, found.is_lost = State.RETURNED, at, is_lost
    found.returned_because = reason.strip()[:200]
    found.save(update_fields=["state", "returned_at", "is_lost", "returned_because"])
    events.emit(NotGiven(what="gift", benefit=found.public_id), at=at)
    audit.record("rewards.present.returned", found, by=by, at=at, is_lost=is_lost)
    return found


def spent_on_surprises(person: Person | None, day: date) -> Decimal:
    """What somebody spent on gifts without an occasion in the month of a day."""
    month = rules.month_of(day)
    found = Present.objects.filter(
        occasion=Occasion.SURPRISE, asked_by=person, state__in=Present.LIVE,
        asked_on__gte=month.start, asked_on__lt=month.stop,
    )  # fmt: skip
    return found.aggregate(sum=Sum("cost"))["sum"] or Decimal(0)


def _check(customer: Customer, gift: Gift, occasion: str, reason: str, *, at: datetime) -> None:
    if not reason.strip() and occasion != Occasion.POINTS:
        raise BadInput(_("Say why, so that others understand it later."))
    if not gift.is_offered:
        raise gifts.NoneLeft(_("“%(gift)s” is not offered any more.") % {"gift": gift})
    living = customer.state in {Customer.State.ACTIVE, Customer.State.STUB}
    if not living or customer.deceased_on:
        raise NotACustomer(
            _("“%(customer)s” is no customer who could get one.") % {"customer": customer}
        )
    terms.check_condition(rules.BALANCE if occasion == Occasion.DEPOSIT else gift.condition)


def _check_year(customer: Customer, today: date) -> None:
    """Two who ask at once wait for each other."""
    terms.lock(f"presents of {customer.pk}")
    most = terms.policy().gifts_per_year
    had = Present.objects.filter(
        customer=customer, state__in=Present.LIVE, asked_on__year=today.year,
        points__isnull=True,
    ).count()  # fmt: skip
    if had >= most:
        raise TooMany(
            ngettext(
                "The customer had %(had)s gift this year; %(most)s is the limit.",
                "The customer had %(had)s gifts this year; %(most)s is the limit.",
                had,
            )
            % {"had": had, "most": most}
        )


def _check_budget(person: Person | None, cost: Decimal, today: date) -> None:
    terms.lock(f"surprises of {person.pk if person else 0}")
    budget, spent = terms.policy().surprise_budget, spent_on_surprises(person, today)
    if spent + cost > budget:
        told: dict[str, Any] = {"spent": spent, "budget": budget}
        raise OverBudget(
            _("Small surprises of this month: %(spent)s of %(budget)s are spent.") % told
        )


def _held(present: Present, *states: str) -> Present:
    """Lock it, then read it: a lock that waits joins the customer as before a merge."""
    Present.objects.select_for_update().only("pk").get(pk=present.pk)
    found = Present.objects.select_related("gift", "place", "customer").get(pk=present.pk)
    if found.state not in states:
        told = _("This gift is not at that step: %(state)s.")
        raise NotNow(told % {"state": found.get_state_display()})
    return found


def _decidable(present: Present, by: Person) -> Present:
    found = _held(present, State.WAITING)
    if found.asked_by_id == by.pk:
        raise OwnWish(_("You asked for this yourself. Somebody else approves it."))
    return found


def _decided(present: Present, state: str, note: str, *, by: Person, at: datetime) -> Present:
    present.state, present.note = state, note
    present.decided_by, present.decided_at = by, at
    present.decided_on = core.local_date(at)
    present.save(update_fields=["state", "note", "decided_by", "decided_at", "decided_on"])
    audit.record("rewards.present.decided", present, by=by, at=at, state=state)
    return present


@transaction.atomic
def drop_signatures(before: datetime) -> int:
    """Take signatures from before a moment away; that it was received stays."""
    gone, _tables = Signature.objects.filter(at__lt=before).delete()
    return gone


@transaction.atomic
def erase_signatures(customer_id: int) -> int:
    """Take the signatures of a person who is forgotten away; returns how many."""
    gone, _tables = Signature.objects.filter(present__customer=customer_id).delete()
    return gone
