"""What contacts show on the customer page: the last ones, with what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.channels import queries
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

SHOWN = 12


def contacts(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The newest contacts; an empty list still says that there were none."""
    found = list(queries.touches(viewer, customer, most=SHOWN + 1))
    return {"touches": found[:SHOWN], "more": len(found) > SHOWN}
