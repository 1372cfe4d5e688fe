"""Who is away: written down beforehand, taken back when somebody comes sooner."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.alerts.models import Absence
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person

LONGEST = timedelta(days=400)


class WrongDays(BadInput):
    """The days are over, in the wrong order, or overlap an absence on file."""


@transaction.atomic
def go_away(person: Person, *, since: date, until: date, by: Actor, at: datetime) -> Absence:
    """Write down that somebody is away; alerts go to whoever stands in.

    :raises WrongDays: the days are over, the wrong way round, too many, or on file already.
    """
    if until < since or until < core.local_date(at) or until - since > LONGEST:
        raise WrongDays(_("Choose a last day that is not over and not before the first one."))
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if Absence.objects.filter(person=person, since__lte=until, until__gte=since).exists():
        raise WrongDays(_("%(name)s is away on some of these days already.") % {"name": person})
    made = Absence.objects.create(
        person=person,
        since=since,
        until=until,
        noted_at=at,
        noted_by=by if isinstance(by, Person) else None,
    )
    audit.record("alerts.absence.noted", made, by=by, at=at, person=person.pk)
    return made


@transaction.atomic
def come_back(absence: Absence, *, by: Actor, at: datetime) -> None:
    """Somebody is there again: what is left of the absence goes."""
    today = core.local_date(at)
    if absence.since < today:
        absence.until = today - timedelta(days=1)
        absence.save(update_fields=["until"])
    else:
        absence.delete()
    audit.record(
        "alerts.absence.ended", f"alerts.Absence:{absence.pk}", by=by, at=at,
        person=absence.person_id,
    )  # fmt: skip
