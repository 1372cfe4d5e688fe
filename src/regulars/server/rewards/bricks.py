"""What a customer has, beside the customer's page; what waits, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.rewards import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

SHOWN = 3


def benefits(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Privileges left, coupons that may be redeemed, gifts under way."""
    view = queries.view(viewer, customer, at)
    may_act = viewer.may(Permission.RECORD_CONTACT)
    if view.is_empty and not may_act:
        return None
    live = [one for one in view.coupons if one.state == "issued"]
    return {
        "view": view,
        "live": sorted(live, key=lambda one: (one.expires_on is None, one.expires_on))[:SHOWN],
        "under_way": [one for one in view.presents if one.state in {"waiting", "approved",
                                                                    "handed"}][:SHOWN],
        "today": core.local_date(at),
        "may_act": may_act,
    }  # fmt: skip


def count(viewer: Person, at: datetime) -> Count | None:
    if not viewer.may(Permission.RECORD_CONTACT):
        return None
    waits = queries.pressing(viewer, at)
    return Count(waits) if waits else None


BRICKS = (
    Brick("customer.side", 29, "rewards/_brick.html", benefits, Permission.SEE_CUSTOMERS),
)
