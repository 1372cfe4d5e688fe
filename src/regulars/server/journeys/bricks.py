"""The journeys of a customer beside their page, and what waits for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.journeys import queries, rules
from regulars.server.journeys.queries import Wording
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def of_customer(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Which journeys a customer is on, at which step; who is left alone stands elsewhere."""
    rows = []
    for each in queries.of_customer(viewer, customer):
        if each.is_control:
            continue
        version = queries.shown(each.journey)
        wording = Wording.of(each.journey.owner, rules.read(version.body) if version else None)
        rows.append((each, queries.where(each, wording)))
    return {"rows": rows, "at": at} if rows else None


def waiting(viewer: Person) -> Count | None:
    """How many versions wait for this person's decision."""
    found = queries.submitted(viewer)
    return Count(found) if found else None


BRICKS = (
    Brick("customer.side", 13, "journeys/_brick.html", of_customer, Permission.SEE_CUSTOMERS),
)
