"""What a customer collected, beside the customer's page; what waits, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.loyalty import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def points(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Balance, what ends soon, the level; of who is no member the way in."""
    programme = queries.programme()
    if programme is None:
        return None
    may_act = viewer.may(Permission.RECORD_CONTACT)
    view = queries.view(viewer, customer, at)
    if view is None and not may_act:
        return None
    return {
        "programme": programme,
        "view": view,
        "wishes": queries.own_wishes(viewer, customer, at),
        "may_act": may_act,
    }


def count(viewer: Person, at: datetime) -> Count | None:
    waits = queries.wishes_waiting(viewer)
    return Count(waits) if waits else None


BRICKS = (Brick("customer.side", 30, "loyalty/_brick.html", points, Permission.SEE_CUSTOMERS),)
