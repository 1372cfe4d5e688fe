"""Messages on the customer's page; what waits for a person, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.delivery import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

SHOWN = 5


def messages(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The last messages to a customer, those that were not sent among them."""
    rows = list(queries.of_customer(viewer, customer.pk)[: SHOWN + 1])
    return {"rows": rows[:SHOWN], "more": len(rows) > SHOWN} if rows else None


def unknown(viewer: Any) -> Count | None:
    """Messages whose end nobody saw wait for whoever may settle them."""
    if not viewer.may(Permission.SEND):
        return None
    waits = queries.unknown(viewer).count()
    return Count(waits, late=True) if waits else None


def faulty(viewer: Any) -> Count | None:
    """Lines that their providers refuse."""
    waits = queries.faulty().count()
    return Count(waits, late=True) if waits else None


BRICKS = (
    Brick("customer.side", 13, "delivery/_brick.html", messages, Permission.SEE_CUSTOMERS),
)
