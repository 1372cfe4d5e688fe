"""What salons tell on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.salons.queries.guests import of_customer
from regulars.server.segments.queries import Told

ICON = "calendar-event"


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Asked, came, said how it was; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = []
    for guest in of_customer(viewer, customer):
        named = {"salon": guest.salon}
        if guest.invited_at:
            found.append(Told(guest.invited_at, ICON, _("Asked to “%(salon)s”") % named, ""))
        if guest.came_at:
            found.append(
                Told(guest.came_at, ICON, _("Came to “%(salon)s”") % named, guest.words, "a")
            )
    earlier = [one for one in found if one.at < until]
    return sorted(earlier, key=lambda one: one.at, reverse=True)[:most]
