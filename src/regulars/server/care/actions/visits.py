"""Every change of visits: planned, arrived, written up, called off."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.care.models import Visit
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

FARTHEST = timedelta(days=366)
# A click without a network comes later, with its own time; older ones are taken as of now.
KEPT = timedelta(hours=24)
ROUNDED = Decimal("0.001")  # degrees: about 100 m


class VisitOver(Refused):
    """It was written up or called off before."""


class WrongVisit(BadInput):
    """The day or the position cannot be."""


@transaction.atomic
def plan_visit(
    customer: Customer,
    *,
    person: Person,
    day: date,
    topic: str,
    by: Actor,
    at: datetime,
    hour: time | None = None,
    place: str = "",
    aim: str = "",
    once: str = "",
    beside: Person | None = None,
) -> Visit:
    """Plan a visit. The same form that comes again finds what it planned.

    :raises WrongVisit: the day is over, or more than a year ahead.
    """
    if once:  # of two that arrive at once the second one waits
        Customer.objects.select_for_update().get(pk=customer.pk)
    if once and (planned := Visit.objects.filter(customer=customer, once=once).first()):
        return planned
    _ahead(day, at=at)
    visit = Visit.objects.create(
        customer=customer,
        person=person,
        day=day,
        hour=hour,
        topic=topic,
        place=place.strip(),
        aim=aim.strip(),
        planned_at=at,
        planned_by=by if isinstance(by, Person) else None,
        once=once or None,
        beside=beside if beside != person else None,
    )
    audit.record("care.visit.planned", visit, by=by, at=at, day=day.isoformat())
    return visit


@transaction.atomic
def check_in(
    visit: Visit,
    *,
    by: Actor,
    at: datetime,
    clicked_at: datetime | None = None,
    position: tuple[Decimal, Decimal] | None = None,
) -> Visit:
    """Write down that somebody is there. A click that comes again changes nothing.

    Who says so is who went: a colleague who stands in makes the visit theirs.
    `clicked_at` is the clock of a phone that had no network. A position is kept only where
    the company's setting says so, rounded to about 100 m.

    :raises VisitOver: it was written up or called off.
    """
    found = _held(visit)
    if found.arrived_at is not None:
        return found
    late = clicked_at is not None and at - KEPT <= clicked_at <= at
    found.arrived_at = clicked_at if late else at
    if position is not None and keeps_position():
        found.latitude, found.longitude = _rounded(position)
    _goes(found, by)
    found.save(update_fields=["arrived_at", "latitude", "longitude", "person", "beside"])
    audit.record("care.visit.arrived", found, by=by, at=at)
    return found


@transaction.atomic
def cancel_visit(visit: Visit, *, reason: str, by: Actor, at: datetime) -> Visit:
    """Call a visit off, with the reason.

    :raises WrongVisit: no reason is given.
    :raises VisitOver: it was written up or called off.
    """
    if not reason.strip():
        raise WrongVisit(_("Say why it is called off."))
    found = _held(visit)
    found.state, found.why_not = Visit.State.CANCELLED, reason.strip()[:200]
    found.closed_at = at
    found.save(update_fields=["state", "why_not", "closed_at"])
    audit.record("care.visit.cancelled", found, by=by, at=at)
    return found


def finish_visit(visit: Visit, touch: Touch, *, by: Actor, at: datetime) -> None:
    """The contact is written: the visit is done. Without a check-in it arrived then."""
    found = _held(visit)
    if found.arrived_at is None:
        _goes(found, by)
    found.state, found.touch, found.beside = Visit.State.DONE, touch, touch.beside
    found.arrived_at, found.closed_at = found.arrived_at or touch.at, at
    found.save(update_fields=["state", "touch", "arrived_at", "closed_at", "person", "beside"])
    audit.record("care.visit.done", found, by=by, at=at)


def keeps_position() -> bool:
    """Whether the company keeps where a visit was: the setting `visit_position`."""
    company = core.company()
    return bool(company and company.settings.get("visit_position") is True)


def _held(visit: Visit) -> Visit:
    """The visit as it is now, held until the transaction ends."""
    found = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if found.state != Visit.State.PLANNED:
        raise VisitOver(
            _("This visit is over already: %(state)s.") % {"state": found.get_state_display()}
        )
    return found


def _goes(visit: Visit, by: Actor) -> None:
    """Who came along may say so first: then the two change places."""
    if not isinstance(by, Person) or visit.person == by:
        return
    if visit.beside == by:
        visit.beside = visit.person
    visit.person = by


def _ahead(day: date, *, at: datetime) -> None:
    today = core.local_date(at)
    if not today <= day <= today + FARTHEST:
        raise WrongVisit(
            _("%(day)s is no day ahead. Choose one within the next year.")
            % {"day": day.isoformat()}
        )


def _rounded(position: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    latitude, longitude = position
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise WrongVisit(_("This is no place on earth: %(here)s.") % {"here": position})
    return latitude.quantize(ROUNDED), longitude.quantize(ROUNDED)
