"""Marketing waits while something is open with the customer; service goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.server.channels import queries
from regulars.server.channels.models import MarketingHold
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer


@transaction.atomic
def hold_marketing(
    customer: Customer, *, cause: str, ref: str, by: Actor, at: datetime
) -> bool:
    """Let marketing to a customer wait for one thing; False where it waits for that already."""
    _made, new = MarketingHold.objects.get_or_create(
        cause=cause, ref=ref, lifted_at=None, defaults={"customer": customer, "since": at}
    )
    if new:
        audit.record("channels.marketing.held", customer, by=by, at=at, cause=cause, ref=ref)
    return new


@transaction.atomic
def lift_hold(*, cause: str, ref: str, by: Actor, at: datetime) -> int | None:
    """That thing is over: return whose marketing may go on, None where it waits on.

    It waits on while another hold stands, or where none was laid.
    """
    standing = MarketingHold.objects.select_for_update().filter(
        cause=cause, ref=ref, lifted_at__isnull=True
    )
    found = standing.first()
    if found is None:
        return None
    found.lifted_at = at
    found.save(update_fields=["lifted_at"])
    audit.record(
        "channels.marketing.released",
        f"customers.Customer:{found.customer_id}",
        by=by,
        at=at,
        cause=cause,
        ref=ref,
    )
    return None if queries.held([found.customer_id]) else found.customer_id
