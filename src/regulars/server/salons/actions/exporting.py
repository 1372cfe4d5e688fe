"""Guests leave the house as a file; whoever takes it is written down."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.files import FORMATS
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission, mask
from regulars.server.salons import queries
from regulars.server.salons.models import Salon


@transaction.atomic
def write(salon: Salon, show: str, to: Path, *, format: str, by: Person, at: datetime) -> int:
    """Write a list of guests as the taker sees it; return how many."""
    zone, whole = core.time_zone(), by.may(Permission.SEE_PERSONAL)
    head = [
        _("Customer number"), _("Customer"), _("Phone number"), pgettext("guest", "State"),
        _("Seats"), _("Manager"), _("Wish"), _("Here since"),
    ]  # fmt: skip
    rows = (
        [
            guest.customer.number, str(guest.customer),
            guest.customer.phone if whole else mask(guest.customer.phone or ""),
            str(guest.get_state_display()), guest.seats,
            str(guest.customer.book.owner or ""), guest.wish,
            f"{timezone.localtime(guest.came_at, zone):%H:%M}" if guest.came_at else "",
        ]
        for guest in (line.guest for line in queries.guests(by, salon, show))
    )  # fmt: skip
    count = FORMATS[format](to, head, rows)
    audit.record("salons.exported", salon, by=by, at=at, rows=count, show=show)
    return count
