"""The wish by message: laid down once, to those whom nobody else wishes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.festivals import queries
from regulars.server.festivals.actions.planning import NotNow
from regulars.server.festivals.models import Plan, Wish
from regulars.server.outreach import actions as outreach

log = logging.getLogger(__name__)
EIGHT, NINE_AT_NIGHT = time(8, 30), time(21)
MANY = 5_000


@dataclass(frozen=True)
class Wished:
    """How many get the message, and how many are wished in another way."""

    message: int = 0
    manager: int = 0
    birthday: int = 0
    had: int = 0


@transaction.atomic
def send(plan: Plan, *, by: Actor, at: datetime) -> Wished:
    """Lay the wishes down for the morning of the festival; asked again nothing is doubled.

    :raises NotNow: it is not decided, has no message, or its day is over.
    :raises NotReady: the message is not approved any more.
    """
    found = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("festival__place", "segment", "owner__org_unit")
        .get(pk=plan.pk)
    )
    begins, ends = _hours(found.on)
    if found.state != Plan.State.DECIDED or not found.message or at >= ends:
        raise NotNow(_("It is not decided, or its day is over."))
    who = queries.audience(found, at=at)
    if not who.asked:
        raise NotNow(_("The segment cannot be asked now. Try again later."))
    fresh = who.split.message
    for start in range(0, len(fresh), MANY):
        Wish.objects.bulk_create(
            [Wish(plan=found, customer_id=pk, at=at) for pk in fresh[start : start + MANY]],
            ignore_conflicts=True,
        )
    if fresh:
        outreach.reach(
            found.key, message=found.message, customers=fresh, name=str(found),
            not_before=max(begins, at), valid_until=ends, by=by, at=at,
            basis={"festival": found.festival.code}, last=False,
        )  # fmt: skip
    found.sent_at = found.sent_at or at
    found.save(update_fields=["sent_at"])
    told = Wished(
        len(fresh), len(who.split.manager), len(who.split.birthday), len(who.split.had)
    )
    audit.record("festivals.sent", found, by=by, at=at, customers=told.message)
    return told


def send_due(today: date, *, by: Actor, at: datetime) -> int:
    """Lay down what goes out tomorrow; one that cannot go does not stop the others."""
    sent = 0
    for plan in queries.due_to_send(today):
        try:
            with transaction.atomic():
                send(plan, by=by, at=at)
        except Refused as error:
            log.warning("The wishes of %s wait: %s", plan.key, error)
        else:
            sent += 1
    return sent


def _hours(on: date) -> tuple[datetime, datetime]:
    zone = core.time_zone()
    start = datetime.combine(on, EIGHT, zone)
    return start, max(datetime.combine(on, NINE_AT_NIGHT, zone), start + timedelta(hours=1))
