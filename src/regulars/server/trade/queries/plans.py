"""Partners of an organisation, and the plans with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation
from regulars.server.trade.models import JointPlan
from regulars.server.trade.models.plans import JointPlanQuerySet


@dataclass(frozen=True)
class Partner:
    """An organisation that works with another one, and the plans that stand with it."""

    customer: Customer
    plans: tuple[JointPlan, ...]


def partners(viewer: Person, customer: Customer) -> list[Partner]:
    """The partners of an organisation whom the viewer may see, by name."""
    ties = Relation.objects.visible_to(viewer).standing().filter(kind=Relation.Kind.PARTNER)
    ends = ties.filter(Q(customer=customer) | Q(other=customer)).values_list(
        "customer", "other"
    )
    ids = {pk for pair in ends for pk in pair} - {customer.pk}
    found = Customer.objects.visible_to(viewer).filter(pk__in=ids).order_by("name", "pk")
    plans = list(_plans(viewer).standing().filter(_between(customer)))
    return [
        Partner(each, tuple(p for p in plans if each.pk in (p.customer_id, p.partner_id)))
        for each in found
    ]


def plan(viewer: Person, customer: Customer, public_id: str) -> JointPlan | None:
    """One plan by its address, from either organisation's page."""
    return _plans(viewer).filter(_between(customer), public_id=public_id).first()


def steps_due(on: date, *, back: date) -> list[JointPlan]:
    """Everybody's plans whose next step has come since a day; for the system alone."""
    return list(
        JointPlan.objects.standing()
        .filter(next_on__range=(back, on))
        .select_related("partner", "owner")
        .order_by("customer", "pk")
    )


def _between(customer: Customer) -> Q:
    return Q(customer=customer) | Q(partner=customer)


def _plans(viewer: Person) -> JointPlanQuerySet:
    visible = Customer.objects.visible_to(viewer)
    found = JointPlan.objects.visible_to(viewer)
    found = found.filter(customer__in=visible, partner__in=visible)
    return found.select_related("customer__book", "partner", "owner")
