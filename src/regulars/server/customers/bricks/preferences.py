"""What the customer prefers, and the files that belong to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries
from regulars.server.customers.models import Customer


def preferences(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    found = list(queries.preferences(viewer, customer))
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if not found and not may_edit:
        return None
    return {"found": found, "may_edit": may_edit}


def documents(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Names of the files; who may not see personal values sees that there are some."""
    found = list(queries.documents(viewer, customer))
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if not found and not may_edit:
        return None
    may_take = viewer.may(Permission.SEE_PERSONAL)
    return {"found": found, "may_edit": may_edit, "may_take": may_take}
