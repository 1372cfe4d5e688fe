"""More time for a special case: asked for with a reason, given by another person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.complaints import queries
from regulars.server.complaints.actions.held import clear, keep, opened, refuse_involved, tell
from regulars.server.complaints.models import Case, Event, Extension
from regulars.server.complaints.rules import EXTENSION
from regulars.server.core import audit
from regulars.server.core.models import Person


class AskedBefore(Refused):
    """More time was asked for, or given, before."""


@transaction.atomic
def ask(case: Case, *, days: int, reason: str, by: Person, at: datetime) -> Extension:
    """Ask for more days to resolve a complex case.

    :raises BadInput: no reason is given, or more days than there are.
    :raises Refused: the case is a simple one: say first that it is complex.
    :raises AskedBefore: it waits for a decision, or the days are used up.
    :raises Involved: it is about whoever asks.
    """
    found = opened(case)
    refuse_involved(found, by)
    if not reason.strip():
        raise BadInput(_("Say why the case needs more time."))
    if not found.is_complex:
        raise Refused(_("More time is for complex complaints. Say first that this one is."))
    left = EXTENSION - found.extended
    if found.extensions.filter(decided_at__isnull=True).exists() or left <= 0:
        raise AskedBefore(_("More time was asked for already. Nothing was written twice."))
    if not 1 <= days <= left:
        raise BadInput(_("Ask for %(days)s days at most.") % {"days": left})
    made = Extension.objects.create(
        case=found, days=days, reason=reason.strip(), asked_by=by, asked_at=at
    )
    tell(found, Event.What.ASKED, by=by, at=at, note=made.reason)
    audit.record("complaints.more_time.asked", found, by=by, at=at, days=days)
    return made


@transaction.atomic
def decide(
    extension: Extension, *, granted: bool, by: Person, at: datetime, note: str = ""
) -> Extension:
    """Give more time, or refuse it; of two who decide the first stands.

    :raises Refused: it was decided, or who decides asked for it or handles the case.
    :raises Involved: it is about whoever decides.
    """
    case = opened(extension.case)
    found = Extension.objects.select_for_update().get(pk=extension.pk)
    if found.decided_at is not None:
        raise AskedBefore(_("This was decided already. Nothing was written twice."))
    if by.pk in {found.asked_by_id, case.handler_id}:
        raise Refused(_("More time is given by another person than who handles the case."))
    refuse_involved(case, by)
    found.granted, found.decided_by, found.decided_at = granted, by, at
    found.save(update_fields=["granted", "decided_by", "decided_at"])
    if granted:
        case.resolve_by = queries.clock().extended(case.resolve_by, found.days)
        case.extended += found.days
        keep(case, "resolve_by", "extended")
    what = Event.What.GRANTED if granted else Event.What.REFUSED
    tell(case, what, by=by, at=at, note=note)
    audit.record("complaints.more_time.decided", case, by=by, at=at, granted=granted)
    clear(case, at=at)
    return found
