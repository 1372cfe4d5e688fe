"""What was promised, beside the customer's page; and what is pressing, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.promises import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def promises(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Promises to a customer, with the time left; and how many of the decided were kept."""
    found = queries.of_customer(viewer, customer)
    may_make = viewer.may(Permission.RECORD_CONTACT)
    if not found and not may_make:
        return None
    kept, decided = queries.kept_of(viewer, customer)
    return {"promises": found, "kept": kept, "decided": decided, "may_make": may_make}


def count(viewer: Person, at: datetime) -> Count | None:
    waits, late = queries.pressing(viewer, at)
    return Count(waits, late=late) if waits else None


BRICKS = (
    Brick("customer.side", 8, "promises/_brick.html", promises, Permission.SEE_CUSTOMERS),
)
