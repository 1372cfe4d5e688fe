"""The household or group a customer belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries
from regulars.server.customers.models import Customer


def household(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Its members; without one, only who may enter it is told so."""
    seen = queries.household_of(viewer, customer)
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if seen is None and not may_edit:
        return None
    return {"seen": seen, "may_edit": may_edit}
