"""What the work shows on the customer page: the open reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.care import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer


def open_tasks(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    found = queries.open_tasks(viewer, customer, at)
    if not found:
        return None
    return {"tasks": found, "may_record": viewer.may(Permission.RECORD_CONTACT)}
