"""Beside the customer's page: which persona writes to them; in the navigation: what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.posts import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def persona(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The persona of a customer, and the last item that was meant for them."""
    found = queries.of_customer(viewer, customer)
    if found is None:
        return None
    return {"belonging": found, "last": queries.last_of(viewer, customer)}


def waits(viewer: Person, at: datetime) -> Count | None:
    """Items that wait for this viewer's approval."""
    found = queries.waiting(viewer).count()
    return Count(found) if found else None


def to_post(viewer: Person, at: datetime) -> Count | None:
    """Items of today that this manager has said nothing about."""
    found = queries.to_post(viewer, at=at)
    return Count(found) if found else None


BRICKS = (Brick("customer.side", 61, "posts/_brick.html", persona, Permission.SEE_CUSTOMERS),)
