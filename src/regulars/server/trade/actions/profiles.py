"""How an organisation bargains, written down after a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.trade.actions.contacts import of_organization
from regulars.server.trade.models import BusinessProfile


@transaction.atomic
def change_profile(
    customer: Customer,
    *,
    by: Actor,
    at: datetime,
    key_concern: str | None = None,
    **fields: Any,
) -> BusinessProfile:
    """Write what is named; `key_concern` goes into the customer's own file.

    :raises NotAnOrganization: the customer is a person.
    """
    of_organization(customer)
    profile, _made = BusinessProfile.objects.get_or_create(
        customer=customer, defaults={"updated_at": at}
    )
    changed = [name for name, value in fields.items() if getattr(profile, name) != value]
    if changed:
        for name in changed:
            setattr(profile, name, fields[name])
        profile.updated_at = at
        profile.save(update_fields=[*changed, "updated_at"])
        audit.record("trade.profile.changed", profile, by=by, at=at, fields=sorted(changed))
    if key_concern is not None and key_concern != customer.key_concern:
        customers.change_customer(customer, by=by, at=at, key_concern=key_concern)
    return profile
