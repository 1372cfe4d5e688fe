"""What insight lays on the customer page: the way to an earlier day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick

MONTH = timedelta(days=30)


def earlier(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    zone = core.time_zone()
    first = customer.created_at.astimezone(zone).date()
    today = core.local_date(at)
    return {"first": first, "today": today, "usual": max(first, today - MONTH)}


BRICKS = (Brick("customer.file", 75, "insight/_past_link.html", earlier),)
