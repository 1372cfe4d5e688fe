"""The plan and the bond beside the customer's page, and what is late, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.plans import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

STEPS = 3


def plan(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """The plan with its next steps, and the level of the bond."""
    found = queries.current(viewer, customer)
    shown = queries.view(viewer, found, at) if found else None
    return {
        "shown": shown,
        "steps": shown.open_steps[:STEPS] if shown else [],
        "more": max(0, len(shown.open_steps) - STEPS) if shown else 0,
        "bond": queries.bond_view(viewer, customer, at, facts=False),
        "needs": found is None and queries.needs_plan(viewer, customer),
        "ended": None if found else next(iter(queries.ended(viewer, customer, most=1)), None),
        "may_change": viewer.may(Permission.RECORD_CONTACT),
        "may_ask": viewer.may(Permission.SEE_TEAM) and customer.book.owner_id != viewer.pk,
    }


def count(viewer: Person, at: datetime) -> Count | None:
    if not viewer.may(Permission.RECORD_CONTACT):
        return None
    late = queries.pressing(viewer, at)
    return Count(late, late=True) if late else None


BRICKS = (Brick("customer.side", 12, "plans/_brick.html", plan, Permission.SEE_CUSTOMERS),)
