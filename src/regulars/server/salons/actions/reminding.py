"""Reminders: some days before, and once more the day before; each once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.salons.actions import telling
from regulars.server.salons.actions.planning import locked
from regulars.server.salons.models import Guest, Salon

EARLY, LATE = "reminded_at", "reminded_again_at"
KEYS = {EARLY: "remind", LATE: "again"}


def remind_all(*, by: Actor, at: datetime) -> int:
    """Remind the guests of every salon that is near; how many got a reminder."""
    near = Salon.objects.filter(state=Salon.State.INVITING, begins_at__gt=at)
    return sum(_remind(each, by=by, at=at) for each in near.exclude(reminder="").order_by("pk"))


@transaction.atomic
def _remind(salon: Salon, *, by: Actor, at: datetime) -> int:
    found = locked(salon)
    left = (core.local_date(found.begins_at) - core.local_date(at)).days
    mark = LATE if left == 1 else EARLY if 1 < left <= found.remind_days else ""
    if not mark:
        return 0
    rows = found.guests.filter(state=Guest.State.ACCEPTED, **{f"{mark}__isnull": True})
    guests = list(rows.select_related("customer").order_by("pk"))
    sent = telling.remind(found, guests, which=KEYS[mark], by=by, at=at)
    Guest.objects.filter(pk__in=[guest.pk for guest in guests]).update(**{mark: at})
    if sent:
        audit.record("salons.reminded", found, by=by, at=at, guests=len(sent), which=mark)
    return len(sent)
