"""What the standard says on a customer's page: the class's plan, self-service for a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.standards import queries
from regulars.server.standards.forms import shown
from regulars.server.web.bricks import Brick


def steering(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """That the customer is led to self-service, why and until when."""
    today = core.local_date(at)
    found = queries.steering_of(viewer, customer, day=today)
    return {"steering": found} if found and found.holds(today) else None


def plan(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """What the organisation's class of business is offered."""
    if not customer.is_organization or not customer.business_class:
        return None
    held = queries.in_force(core.local_date(at))
    of = held.plans.get(customer.business_class)
    return {"plan": shown.plan(of, customer.business_class, {})} if of else None


BRICKS = (
    Brick("customer.head", 30, "standards/_steered.html", steering, Permission.SEE_CUSTOMERS),
    Brick("customer.side", 45, "standards/_plan_brick.html", plan, Permission.SEE_CUSTOMERS),
)
