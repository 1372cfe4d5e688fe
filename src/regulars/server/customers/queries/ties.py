"""Ties between customers, read from either side."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation


def relations(viewer: Person, customer: Customer) -> QuerySet[Relation]:
    """Known ties of a customer to others whom the viewer may see too."""
    return (
        Relation.objects.filter(
            customer=customer, other__in=Customer.objects.visible_to(viewer)
        )
        .select_related("other")
        .order_by("kind", "pk")
    )


def related_by(viewer: Person, customer: Customer) -> QuerySet[Relation]:
    """The same ties read from the other side: who names this customer as theirs."""
    return (
        Relation.objects.filter(
            other=customer, customer__in=Customer.objects.visible_to(viewer)
        )
        .select_related("customer")
        .order_by("kind", "pk")
    )
