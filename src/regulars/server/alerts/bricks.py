"""What waits about a customer, at the head of the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.alerts import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

MOST = 3


def waiting(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The most pressing alerts about a customer, with who has them and until when."""
    found = queries.of_customer(viewer, customer, at)
    if not found:
        return None
    return {
        "rows": found[:MOST],
        "more": max(len(found) - MOST, 0),
        "may_act": viewer.may(Permission.RECORD_CONTACT),
    }


def count(viewer: Person, at: datetime) -> Count | None:
    """What stands beside the page: the alerts that the viewer holds."""
    waits, late = queries.pressing(viewer, at)
    return Count(waits, late=late) if waits else None


BRICKS = (
    Brick("customer.head", 20, "alerts/_waiting.html", waiting, Permission.SEE_CUSTOMERS),
)
