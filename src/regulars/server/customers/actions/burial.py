"""Empty a file for good: what stays is a stone that keeps it from coming back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction

from regulars.server.core import audit, events
from regulars.server.core.audit import Actor
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.events import CustomerErased
from regulars.server.customers.models import Customer, History, Tombstone

# What says nothing of the person: the row itself, and where it stood.
KEPT = {"id", "public_id", "kind", "book", "created_at"}


@transaction.atomic
def bury(customer: Customer, *, by: Actor, at: datetime) -> None:
    """Blank every value of a file; its number and id are known again by their hash only."""
    stones = [(Tombstone.Of.NUMBER, keyed_hash(customer.number, purpose="number"))]
    if customer.id_hash:
        stones.append((Tombstone.Of.ID, customer.id_hash))
    for kind, key in stones:
        Tombstone.objects.update_or_create(of=kind, key=key, defaults={"buried_at": at})
    blank = {f.attname: _blank(f) for f in Customer._meta.concrete_fields if f.name not in KEPT}
    blank |= {
        "number": f"erased:{customer.public_id}",
        "state": Customer.State.ERASED,
        "do_not_contact": True,
        "no_profiling": True,
        "updated_at": at,
    }
    Customer.objects.filter(pk=customer.pk).update(**blank)
    customer.refresh_from_db()
    audit.record("customers.file.erased", customer, by=by, at=at)
    events.emit(CustomerErased(customer=customer.public_id), at=at)


def drop_history(before: datetime) -> int:
    """Delete what was replaced before a moment: nobody sees the base so far back."""
    return History.objects.filter(valid_to__lt=before).delete()[0]


def _blank(field: models.Field[Any, Any]) -> Any:
    if field.null:
        return None
    default = field.get_default()
    return default if default is not None else ""
