"""Ties between customers, read from either side."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation
from regulars.server.customers.models.ties import RelationQuerySet
from regulars.server.customers.rules import Role, read_back


@dataclass(frozen=True)
class SeenTie:
    """A tie as one of the two sides sees it: who is at the far end, and what for."""

    tie: Relation
    far: Customer
    role: Role  # `far` is the <role> of the customer whose ties were asked for


def ties(
    viewer: Person, customer: Customer, *, ended: bool = False, most: int = 200
) -> list[SeenTie]:
    """The ties of a customer whose other end the viewer may see too, by kind."""
    found = _of(viewer, customer).filter(until__isnull=not ended)
    found = found.order_by("-until", "kind", "pk") if ended else found.order_by("kind", "pk")
    return [seen(tie, customer) for tie in found[:most]]


def tie(viewer: Person, customer: Customer, public_id: str) -> SeenTie | None:
    """One tie of a customer by its address."""
    found = _of(viewer, customer).filter(public_id=public_id).first()
    return seen(found, customer) if found else None


def seen(tie: Relation, customer: Customer) -> SeenTie:
    """Read a tie from the side of `customer`."""
    if tie.customer_id == customer.pk:
        return SeenTie(tie, tie.other, Role(tie.kind))
    return SeenTie(tie, tie.customer, read_back(tie.kind))


def _of(viewer: Person, customer: Customer) -> RelationQuerySet:
    either = Q(customer=customer) | Q(other=customer)
    # A second wall beside `visible_to` of the ties: who is at the ends, by the customers' own.
    visible = Customer.objects.visible_to(viewer).standing()
    found = Relation.objects.visible_to(viewer).filter(either)
    found = found.filter(customer__in=visible, other__in=visible)
    return found.select_related("customer", "other")
