"""Wishes on the customer's page; festivals without a plan, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.festivals import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def wishes(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The last messages for festivals, and what became of each."""
    found = queries.wishes_of(viewer, customer)
    return {"wishes": found} if found else None


def count(viewer: Person, at: datetime) -> Count | None:
    lacks = queries.lacking(viewer, core.local_date(at))
    return Count(lacks) if lacks else None


BRICKS = (
    Brick("customer.side", 29, "festivals/_brick.html", wishes, Permission.SEE_CUSTOMERS),
)
