"""What customers prefer: noted, taken back; and the tags of a file."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Preference


@transaction.atomic
def note_preference(
    customer: Customer,
    *,
    topic: str,
    words: str,
    by: Actor,
    at: datetime,
    evidence: str = "",
) -> Preference:
    """Note what a customer prefers; with `evidence` it was derived from that."""
    origin = Preference.Origin.DERIVED if evidence else Preference.Origin.SAID
    found = Preference.objects.create(
        customer=customer,
        topic=topic,
        words=words,
        origin=origin,
        evidence=evidence,
        noted_on=core.local_date(at),
        noted_by=by if isinstance(by, Person) else None,
    )
    audit.record("customers.preference.noted", found, by=by, at=at, origin=str(origin))
    return found


@transaction.atomic
def withdraw_preference(preference: Preference, *, by: Actor, at: datetime) -> None:
    """Say that a preference holds no more; it stays readable in the person's copy."""
    preference.withdrawn_at = at
    preference.save(update_fields=["withdrawn_at"])
    audit.record("customers.preference.withdrawn", preference, by=by, at=at)
