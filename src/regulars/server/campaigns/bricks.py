"""A customer's campaigns beside their page; what waits for somebody, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.campaigns import queries
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def of_customer(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Campaigns a customer is or was in; whoever calls them is not told of a comparison."""
    alone = viewer.may(Permission.SEE_KPIS)
    rows = queries.of_customer(viewer, customer, alone=alone)
    return {"rows": rows, "may_open": viewer.may(Permission.SEE_MESSAGES)} if rows else None


def count(viewer: Any, at: datetime) -> Count | None:
    """Plans to decide on, and own phases that are late."""
    waits = queries.to_decide(viewer).count()
    late = queries.late_phases(viewer, core.local_date(at)).filter(owner=viewer).count()
    return Count(waits + late, late=bool(late)) if waits + late else None


BRICKS = (
    Brick("customer.side", 14, "campaigns/_brick.html", of_customer, Permission.SEE_CUSTOMERS),
)
