"""What one customer answered to the questions of playbooks."""

from __future__ import annotations

from regulars.server.care.models import Answer
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

MOST = 12  # on a customer's page


def answers_of(viewer: Person, customer: Customer) -> list[Answer]:
    """What a customer answered, newest first."""
    found = Answer.objects.visible_to(viewer).standing().filter(customer=customer)
    return list(found.order_by("-at", "pk")[:MOST])


def answers_after(
    viewer: Person, *, customer: str = "", after: int = 0, most: int
) -> list[Answer]:
    """What customers answered, in the order in which it was written; of one, if named."""
    seen = Customer.objects.visible_to(viewer)
    if customer:
        seen = seen.filter(public_id=customer)
    found = Answer.objects.visible_to(viewer).standing().filter(customer__in=seen)
    return list(
        found.filter(pk__gt=after).select_related("customer", "touch").order_by("pk")[:most]
    )
