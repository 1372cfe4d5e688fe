"""A customer was told that points end: once for the points of a last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty import queries
from regulars.server.loyalty.actions import booking
from regulars.server.loyalty.models import Notice


@transaction.atomic
def tell(
    customer: Customer, days: Iterable[date], *, by: Actor, at: datetime, way: str = ""
) -> list[Notice]:
    """Note that a customer was told what ends on some days.

    What was told before, or is used already, is left out: nobody tells it twice.
    """
    booking.run(
        "select pg_advisory_xact_lock(hashtextextended('told:' || %s, 0))", [str(customer.pk)]
    )
    asked, today = set(days), core.local_date(at)
    made = [
        Notice.objects.create(
            customer=customer,
            ends_on=each.on,
            points=each.points,
            way=way[:12],
            told_by=by if isinstance(by, Person) else None,
            told_at=at,
        )
        for each in queries.untold(customer.pk, today)
        if each.on in asked
    ]
    for each in made:
        audit.record(
            "loyalty.expiry_told", each, by=by, at=at, points=each.points, on=str(each.ends_on)
        )
    return made


def tell_by_hand(customer: Customer, on: date | None, *, by: Person, at: datetime) -> Notice:
    """The same for one day, by whoever told it.

    :raises BadInput: nothing ends on that day, or it was told already.
    """
    made = tell(customer, [on] if on else [], by=by, at=at)
    if not made:
        raise BadInput(_("Nothing that was not told yet ends on that day."))
    return made[0]


@transaction.atomic
def untell(days: Iterable[date], *, told_at: datetime, by: Actor, at: datetime) -> int:
    """The contact in which it was told was taken back."""
    found = Notice.objects.filter(ends_on__in=list(days), told_at=told_at)
    for each in found:
        audit.record("loyalty.expiry_untold", each, by=by, at=at, on=str(each.ends_on))
    return int(found.delete()[0])
