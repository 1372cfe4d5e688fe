"""Events of a customer's life: noted, changed, done about, taken away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, LifeEvent

FIELDS = ("kind", "happens_on", "note", "action", "due_on", "product_code", "owner")


@transaction.atomic
def note_event(
    customer: Customer, *, by: Actor, at: datetime, evidence: str = "", **fields: Any
) -> LifeEvent:
    """Note an event of a customer's life; with `evidence` it was inferred from that."""
    origin = LifeEvent.Origin.INFERRED if evidence else LifeEvent.Origin.RECORDED
    event = LifeEvent.objects.create(
        customer=customer,
        origin=origin,
        evidence=evidence,
        noted_by=by if isinstance(by, Person) else None,
        noted_at=at,
        **fields,
    )
    audit.record("customers.life.noted", event, by=by, at=at, origin=str(origin))
    return event


@transaction.atomic
def change_event(event: LifeEvent, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change an event; an action with another day waits for that day again."""
    changed = [
        name for name in FIELDS if name in fields and getattr(event, name) != fields[name]
    ]
    if not changed:
        return
    for name in changed:
        setattr(event, name, fields[name])
    if "due_on" in changed:
        event.done_at = None
    event.save(update_fields=[*changed, "done_at"])
    audit.record("customers.life.changed", event, by=by, at=at, fields=changed)


@transaction.atomic
def finish_events(pks: Collection[int], *, by: Actor, at: datetime) -> None:
    """Write down that the next action of some events is done."""
    waiting = LifeEvent.objects.waiting().filter(pk__in=pks)
    for event in waiting.order_by("pk"):
        event.done_at = at
        event.save(update_fields=["done_at"])
        audit.record("customers.life.done", event, by=by, at=at)


@transaction.atomic
def reopen_events(pks: Collection[int], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """Take back what `finish_events` wrote at one moment."""
    done = LifeEvent.objects.filter(pk__in=pks, done_at=done_at)
    for event in done.order_by("pk"):
        event.done_at = None
        event.save(update_fields=["done_at"])
        audit.record("customers.life.reopened", event, by=by, at=at)


@transaction.atomic
def remove_event(event: LifeEvent, *, by: Actor, at: datetime) -> None:
    """Take away an event that was a mistake."""
    audit.record("customers.life.removed", event, by=by, at=at, customer=event.customer_id)
    event.delete()
