"""What a customer asked of us, on the customer page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.privacy import queries
from regulars.server.privacy.models import Request
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def asked(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Requests of this customer, and the way to open one."""
    found = list(queries.requests_of(viewer, customer)[:5])
    return {
        "requests": found,
        "waits": any(each.state == Request.State.OPEN for each in found),
        "handles": viewer.may(Permission.HANDLE_RIGHTS),
        "may_open": viewer.may(Permission.RECORD_CONTACT)
        or viewer.may(Permission.HANDLE_RIGHTS),
        "at": at,
    }


def waiting(viewer: Any) -> Count | None:
    """What stands beside the page's name: open requests, red when one is late."""
    from django.utils import timezone

    number = queries.counts(viewer).get("open", 0)
    late = queries.late_count(viewer, core.local_date(timezone.now()))
    return Count(number, late=bool(late)) if number else None


BRICKS = (
    Brick(
        place="customer.file",
        order=80,
        template="privacy/_asked.html",
        context=asked,
        permission=Permission.SEE_CUSTOMERS,
    ),
)
