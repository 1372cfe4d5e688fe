"""A customer does not want a product now: said, and taken back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.base.periods import add_months
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.scoring import rules
from regulars.server.scoring.models import Declined


@transaction.atomic
def decline(
    customer: Customer, product_code: str, *, until: date | None = None, by: Actor, at: datetime
) -> Declined:
    """Write down that a customer does not want a product now; half a year unless said.

    Said again, the later word counts.

    :raises BadInput: the day has passed.
    """
    today = core.local_date(at)
    until = until or add_months(today, rules.NOT_NOW_MONTHS)
    if until <= today:
        raise BadInput(f"“Not now” until {until} is over already. Take a day to come.")
    said, _made = Declined.objects.update_or_create(
        customer=customer,
        product_code=product_code,
        withdrawn_at=None,
        defaults={
            "declined_on": today,
            "until": until,
            "at": at,
            "person": by if isinstance(by, Person) else None,
        },
    )
    audit.record("scoring.product.declined", said, by=by, at=at, product=product_code)
    return said


@transaction.atomic
def take_back(declined: Declined, *, by: Actor, at: datetime) -> bool:
    """Let a product be suggested again; False where somebody already did."""
    changed = Declined.objects.filter(pk=declined.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at
    )
    if changed:
        audit.record("scoring.decline.withdrawn", declined, by=by, at=at)
    return bool(changed)
