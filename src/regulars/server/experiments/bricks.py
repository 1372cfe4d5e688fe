"""Beside the customer's page: who is left alone for comparison, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.experiments import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def left_alone(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The experiments that leave a customer alone now, and the programme holdout."""
    found = queries.of_customer(viewer, customer)
    on = core.local_date(at)
    out = queries.holdout_in_force(on) if queries.held_out(customer.pk, on=on) else None
    if not found and out is None:
        return None
    return {"left": found, "out": out, "may_open": viewer.may(Permission.SEE_KPIS)}


def count(viewer: Person) -> Count | None:
    """How many have ended and wait for somebody to say what follows."""
    waiting = queries.waiting_for_review() if viewer.may(Permission.RUN_EXPERIMENTS) else 0
    return Count(waiting) if waiting else None


BRICKS = (
    Brick("customer.side", 9, "experiments/_brick.html", left_alone, Permission.SEE_CUSTOMERS),
)
