"""Somebody who did not handle the case asks the customer whether it is settled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.channels.models import Touch
from regulars.server.complaints import queries
from regulars.server.complaints.actions.held import (
    Involved,
    NotClosed,
    clear,
    come_down,
    held,
    keep,
    refuse_involved,
    tell,
)
from regulars.server.complaints.models import Case, Event
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person


@transaction.atomic
def call_back(
    case: Case, *, is_content: bool | None, by: Person, at: datetime, note: str = ""
) -> Case:
    """Write down what the customer says of it now; of two calls the first counts.

    :raises NotClosed: the case is open.
    :raises Involved: the caller handled or closed it, or it is about them.
    :raises Refused: the customer was called before.
    """
    found = _called(case, is_content=is_content, by=by, at=at, note=note)
    clear(found, at=at)
    return found


def _called(
    case: Case, *, is_content: bool | None, by: Person, at: datetime, note: str
) -> Case:
    found = held(case)
    if found.is_open:
        raise NotClosed(_("Complaint %(number)s is open.") % {"number": found.number})
    refuse_involved(found, by)
    if not queries.may_call(found, by):
        told = _("%(person)s handled this complaint. Somebody else has to call.")
        raise Involved(told % {"person": by})
    if found.called_at is not None:
        if (found.called_by_id, found.is_content) == (by.pk, is_content):
            return found
        raise Refused(_("The customer was called back already. Nothing was written twice."))
    found.called_at, found.called_by, found.is_content = at, by, is_content
    come_down(found)
    keep(found)
    tell(found, Event.What.CALLED, by=by, at=at, note=note, content=is_content)
    audit.record("complaints.called", found, by=by, at=at, content=is_content)
    return found


@transaction.atomic
def calls_made(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact was the call: what the customer said is its note."""
    for case in queries.meant(cycles, touch.customer_id):
        waiting = not case.is_open and case.called_at is None
        if waiting and isinstance(by, Person):
            _called(case, is_content=None, by=by, at=at, note=touch.note or touch.need)


@transaction.atomic
def calls_undone(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """That contact was taken back."""
    keys = [case.pk for case in queries.meant(cycles, None)]
    found = Case.objects.filter(pk__in=keys, called_at=done_at, state=Case.State.CLOSED)
    for case in found.select_for_update(of=("self",)):
        case.called_at = case.called_by = case.is_content = None
        keep(case, "called_at", "called_by", "is_content")
        tell(case, Event.What.UNDONE, by=by, at=at)
        audit.record("complaints.call_undone", case, by=by, at=at)
