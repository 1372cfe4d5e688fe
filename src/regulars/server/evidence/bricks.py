"""What was learned outside our books, on the customer page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.evidence import queries
from regulars.server.web.bricks import Brick

MOST = 6


def outside(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The notes that count today; who may write sees the card empty too."""
    notes = list(queries.of(viewer, customer, on=core.local_date(at))[:MOST])
    may_note = viewer.may(Permission.RECORD_CONTACT)
    if not notes and not may_note:
        return None
    return {"notes": notes, "may_note": may_note}


BRICKS = (Brick("customer.file", 20, "evidence/_outside.html", outside),)
