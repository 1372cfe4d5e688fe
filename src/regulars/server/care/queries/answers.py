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
