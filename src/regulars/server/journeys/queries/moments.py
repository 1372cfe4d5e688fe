"""What journeys tell on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.journeys.models import Traveller
from regulars.server.segments.queries import Told


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Journeys entered and ended, the newest first; who is left alone by lot has none."""
    until = before or datetime.max.replace(tzinfo=UTC)
    rows = Traveller.objects.visible_to(viewer).filter(customer=customer, is_control=False)
    found = []
    for each in rows.select_related("journey"):
        told = {"journey": each.journey}
        found.append(Told(each.entered_at, "map-pin", _("Entered “%(journey)s”") % told, ""))
        if each.ended_at:
            title = _("“%(journey)s” ended") % told
            found.append(Told(each.ended_at, "map-pin-check", title, ending(each)))
    earlier = [one for one in found if one.at < until]
    return sorted(earlier, key=lambda one: one.at, reverse=True)[:most]


def ending(traveller: Traveller) -> str:
    """How a journey ended for somebody, in words."""
    parts = [str(traveller.get_state_display()), str(traveller.get_why_display())]
    return " · ".join([*filter(None, parts), *filter(None, [traveller.words])])
