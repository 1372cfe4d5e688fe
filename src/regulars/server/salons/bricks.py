"""Salons beside the customer's page; salons of today in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.salons import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

SHOWN = 4


def salons(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Which salons a customer was asked to, and which they came to."""
    found = queries.of_customer(viewer, customer)
    if not found:
        return None
    came = [guest for guest in found if guest.came_at]
    return {
        "guests": found[:SHOWN],
        "asked": len(found),
        "came": len(came),
        "courses": sum(guest.salon.kind.is_course for guest in came),
    }


def count(viewer: Person, at: datetime) -> Count | None:
    waits = queries.today(viewer, at)
    return Count(waits) if waits else None


BRICKS = (Brick("customer.side", 14, "salons/_brick.html", salons, Permission.SEE_CUSTOMERS),)
