"""What the contacts of a year say about a customer's habits."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulars.server.care.rules import habits
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

YEAR, MOST = timedelta(days=365), 200


def answered_calls(viewer: Person, customer: Customer, at: datetime) -> habits.Habit | None:
    """When the customer answers calls, if a year's contacts say so."""
    calls = Touch.objects.visible_to(viewer).filter(
        customer=customer,
        customer__in=Customer.objects.visible_to(viewer),
        channel=Touch.Channel.CALL,
        two_way=True,
        inbound=False,
        reversed_at__isnull=True,
        at__gt=at - YEAR,
    )
    zone = core.time_zone()
    times = calls.order_by("-at").values_list("at", flat=True)[:MOST]
    return habits.answers([moment.astimezone(zone).hour for moment in times])
