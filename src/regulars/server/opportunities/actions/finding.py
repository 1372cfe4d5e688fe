"""Signals become opportunities: by one click on a card or a contact, or by rule."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.actions.making import (
    About,
    Exists,
    Signal,
    Twice,
    make,
)
from regulars.server.opportunities.actions.suiting import NotSuitable, NotToBeSaid
from regulars.server.opportunities.models import Opportunity, Passed

Source = Opportunity.Source


@transaction.atomic
def from_card(card: Card, *, by: Person, at: datetime) -> Opportunity:
    """Make an opportunity of a card's strongest reason and the next product; or find it.

    A card whose contact showed interest gives that contact as its source.
    """
    seen = queries.signal_of_card(by, card, at)
    touch = seen.touch if seen.touch_is_free else None
    try:
        return make(
            card.customer,
            About(product=seen.product, what="" if seen.product else seen.what),
            kind=seen.kind, amount=seen.amount, by=by, at=at,
            signal=Signal(Source.CONTACT if touch else Source.REASON, seen.code, seen.because,
                          touch=touch),
        )  # fmt: skip
    except Exists as known:
        return known.found


@transaction.atomic
def from_touch(touch: Touch, *, by: Person, at: datetime) -> Opportunity:
    """Make an opportunity of a contact that showed interest; or find the one there is."""
    known = Opportunity.objects.filter(touch=touch).first()
    if known is not None:
        return known
    seen = queries.signal_of_touch(by, touch, at)
    signal = Signal(Source.CONTACT, "", seen.because, touch=touch)
    try:
        return make(
            touch.customer,
            About(product=seen.product, what="" if seen.product else seen.what),
            kind=seen.kind, amount=seen.amount, next_step=seen.step, next_on=seen.step_on,
            by=by, at=at, signal=signal,
        )  # fmt: skip
    except Exists as same:
        leave_alone(touch, by=by, at=at)
        return same.found


@transaction.atomic
def leave_alone(touch: Touch, *, by: Actor, at: datetime) -> Passed:
    """Make nothing of a contact that showed interest; it is not proposed again."""
    made, _new = Passed.objects.get_or_create(
        touch=touch,
        defaults={
            "customer_id": touch.customer_id,
            "by": by if isinstance(by, Person) else None,
            "at": at,
        },
    )
    audit.record("opportunities.left_alone", made, by=by, at=at)
    return made


def find(day: date, *, by: Actor, at: datetime) -> int:
    """Make the opportunities that the company's rules ask for on a day; return how many.

    Never twice: neither while the same is open, nor of the same reason again.
    """
    made = 0
    for seen in queries.by_rule(day):
        made += _found(seen, by=by, at=at)
    audit.record("opportunities.found", day.isoformat(), by=by, at=at, made=made)
    return made


@transaction.atomic
def _found(seen: queries.Seen, *, by: Actor, at: datetime) -> bool:
    signal = Signal(seen.source, seen.code, seen.because, cycle=seen.cycle, is_automatic=True)
    try:
        make(
            seen.customer,
            About(product=seen.product, what="" if seen.product else seen.what),
            kind=seen.kind, amount=Decimal(seen.amount) if seen.amount else None,
            by=by, at=at, signal=signal,
        )  # fmt: skip
    except (Exists, Twice, NotSuitable, NotToBeSaid):
        return False
    return True
