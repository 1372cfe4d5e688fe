"""Ties between customers: how they begin."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer, Relation


@transaction.atomic
def relate(customer: Customer, other: Customer, kind: str, *, by: Actor, at: datetime) -> None:
    """Tie two customers; a tie that exists stays one."""
    tie, made = Relation.objects.get_or_create(customer=customer, other=other, kind=kind)
    if made:
        audit.record("customers.relation.added", tie, by=by, at=at)
