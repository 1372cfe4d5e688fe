"""How complete and fresh the file is, in the head of the customer page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.forms.quality import PARTS
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import quality

NAMED = 3  # of what is missing; the rest is counted


def trust(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The share, what is missing by name, when the file was true last."""
    found = quality.of(viewer, customer, at)
    if found is None:
        return None
    zone = core.time_zone()
    confirmed = found.confirmed_at.astimezone(zone).date() if found.confirmed_at else None
    return {
        "customer": customer,
        "quality": found,
        "share": (found.share or 0) / 100,
        "lacks": [str(PARTS[code]) for code in found.missing[:NAMED]],
        "more": max(0, len(found.missing) - NAMED),
        "confirmed_on": confirmed,
        "days": (at.astimezone(zone).date() - confirmed).days if confirmed else None,
        "may_confirm": viewer.may(Permission.RECORD_CONTACT),
    }
