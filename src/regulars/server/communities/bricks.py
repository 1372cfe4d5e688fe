"""The communities a customer belongs to; in the navigation who waits to be called back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.communities import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def memberships(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The communities of a customer, and a way into another one."""
    found = queries.of_customer(viewer, customer)
    may = viewer.may(Permission.RECORD_CONTACT) and customer.state == Customer.State.ACTIVE
    if not found and not (may and queries.communities(viewer).exists()):
        return None
    return {"memberships": found, "may_enter": may}


def count(viewer: Person) -> Count | None:
    if not viewer.may(Permission.SEE_CUSTOMERS):
        return None
    waiting = queries.count_asked(viewer)
    return Count(waiting) if waiting else None


BRICKS = (
    Brick(
        "customer.side", 27, "communities/_brick.html", memberships, Permission.SEE_CUSTOMERS
    ),
)
