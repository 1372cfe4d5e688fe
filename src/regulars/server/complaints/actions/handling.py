"""A case is taken on, handed over, noted on; its clocks stand still while we wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions as care
from regulars.server.channels.models import Touch
from regulars.server.complaints import queries
from regulars.server.complaints.actions.held import (
    clear,
    come_down,
    keep,
    opened,
    refuse_involved,
    tell,
)
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.complaints.rules import Due
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.events.actions import wake
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.products.models import Product


@transaction.atomic
def acknowledge(case: Case, *, by: Person, at: datetime, note: str = "") -> Case:
    """The customer knows that we know, who handles it, and until when.

    Whoever says so handles it where nobody does. A second one changes nothing.

    :raises ClosedAlready: it is closed.
    :raises Involved: it is about that person.
    """
    found = _acknowledged(case, by=by, at=at, note=note)
    clear(found, at=at)
    return found


def _acknowledged(case: Case, *, by: Person, at: datetime, note: str) -> Case:
    found = opened(case)
    refuse_involved(found, by)
    if found.acknowledged_at is not None:
        return found
    found.acknowledged_at = at
    found.handler = found.handler or by
    come_down(found)
    keep(found)
    tell(found, Event.What.ACKNOWLEDGED, by=by, at=at, note=note)
    audit.record("complaints.acknowledged", found, by=by, at=at)
    return found


@transaction.atomic
def hand_to(case: Case, to: Person, *, by: Actor, at: datetime, note: str = "") -> Case:
    """Give a case to somebody; they see it whosever customer it is about.

    :raises ClosedAlready: it is closed.
    :raises Involved: it is about them, or about whoever gives it.
    :raises BadInput: they may not handle complaints, or handle this one already.
    """
    found = opened(case)
    refuse_involved(found, by)
    if not to.may(Permission.RECORD_CONTACT):
        raise BadInput(_("%(person)s cannot handle complaints.") % {"person": to})
    if found.handler_id == to.pk:
        raise BadInput(_("%(person)s handles it already.") % {"person": to})
    refuse_involved(found, to)
    before, found.handler = found.handler_id, to
    keep(found, "handler")
    tell(found, Event.What.HANDED, by=by, at=at, to=to, note=note)
    audit.record("complaints.handed", found, by=by, at=at, before=before, to=to.pk)
    clear(found, at=at)
    return found


@transaction.atomic
def note(case: Case, *, words: str, by: Actor, at: datetime) -> Event:
    """Write down what was found out or said; on a closed case, too.

    :raises BadInput: it says nothing.
    :raises Involved: it is about whoever writes.
    """
    refuse_involved(case, by)
    if not words.strip():
        raise BadInput(_("Write what was found out or said."))
    made = tell(case, Event.What.NOTED, by=by, at=at, note=words)
    audit.record("complaints.noted", case, by=by, at=at)
    return made


@transaction.atomic
def change(
    case: Case,
    *,
    type: Entry,
    severity: int,
    is_complex: bool,
    by: Actor,
    at: datetime,
    product: Product | None = None,
    wish: str = "",
    about: Person | None = None,
    about_service: bool = False,
) -> Case:
    """Say more exactly what it is. Complex ones have longer; simple again, shorter.

    :raises ClosedAlready: it is closed.
    :raises Involved: it is about whoever changes it, as it stands before the change; or with
        the change the handler is involved: hand it to somebody else first.
    """
    found = opened(case)
    refuse_involved(found, by)
    told: dict[str, Any] = {
        "type": type, "severity": severity, "product": product, "wish": wish.strip(),
        "about": about, "about_service": about_service,
    }  # fmt: skip
    changed = [name for name, value in told.items() if getattr(found, name) != value]
    for name, value in told.items():
        setattr(found, name, value)
    refuse_involved(found, found.handler)
    if found.is_complex != is_complex:
        changed.append("is_complex")
        _weigh(found, is_complex)
    if changed:
        keep(found)
        details = {"changed": queries.values_of(found, changed)}
        tell(found, Event.What.CHANGED, by=by, at=at, details=details)
        audit.record("complaints.changed", found, by=by, at=at, fields=sorted(changed))
        clear(found, at=at)
    return found


@transaction.atomic
def wait(
    case: Case, *, reason: str, until: datetime, by: Actor, at: datetime, note: str
) -> Case:
    """Stop the clocks while we wait for the customer, until a day at the latest.

    :raises Refused: the customer does not know yet that we know, or it waits already.
    :raises BadInput: the reason is none, is not explained, or the day is too far.
    :raises Involved: it is about whoever stops them.
    """
    found = opened(case)
    refuse_involved(found, by)
    if found.acknowledged_at is None:
        raise Refused(_("Acknowledge the complaint first: the first word waits for nobody."))
    if found.is_waiting:
        raise Refused(_("The clocks stand still already."))
    most = queries.policy().pause
    if reason not in Case.Waiting.values or not note.strip():
        raise BadInput(_("Say what the customer was asked for."))
    if not at < until <= at + timedelta(days=most):
        told = _("Choose a day ahead, %(days)s days from now at the latest.")
        raise BadInput(told % {"days": most})
    found.waiting_since, found.waiting_for, found.waiting_until = at, reason, until
    keep(found, "waiting_since", "waiting_for", "waiting_until")
    tell(found, Event.What.WAITS, by=by, at=at, note=note)
    audit.record("complaints.waits", found, by=by, at=at, reason=reason)
    clear(found, at=at)
    return found


@transaction.atomic
def go_on(case: Case, *, by: Actor, at: datetime, note: str = "") -> Case:
    """The customer's word is there, or the day has come: the clocks run on with what was left.

    :raises Refused: they run.
    :raises Involved: it is about whoever lets them run.
    """
    found = opened(case)
    refuse_involved(found, by)
    if found.waiting_since is None:
        raise Refused(_("The clocks run already."))
    run_on(found, at)
    keep(found)
    tell(found, Event.What.GOES_ON, by=by, at=at, note=note)
    audit.record("complaints.goes_on", found, by=by, at=at)
    clear(found, at=at)
    return found


def run_on(case: Case, at: datetime) -> None:
    """End the wait of a case; who changes it saves it."""
    if case.waiting_since is None:
        return
    clock, since = queries.clock(), case.waiting_since
    before = Due(case.acknowledge_by, case.answer_by, case.resolve_by)
    after = clock.resumed(before, since=since, at=at)
    case.answer_by, case.resolve_by = after.answer, after.resolve
    # What was owed first waits, too, as long as it is owed.
    first = Due(case.acknowledge_by, case.first_answer_by, case.first_resolve_by)
    moved = clock.resumed(first, since=since, at=at)
    if case.first_answered_at is None:
        case.first_answer_by = moved.answer
    if case.first_closed_at is None:
        case.first_resolve_by = moved.resolve
    case.waited += clock.work.between(since, at)
    case.waiting_since, case.waiting_for, case.waiting_until = None, "", None


@transaction.atomic
def acknowledged_by(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact told the customer that we know: these reasons were about that."""
    if isinstance(by, Person):
        for case in queries.meant(cycles, touch.customer_id):
            if case.is_open:
                _acknowledged(case, by=by, at=at, note=touch.note)
                wake(care.HEAR)


@transaction.atomic
def unacknowledged(
    cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime
) -> None:
    """That contact was taken back."""
    keys = [case.pk for case in queries.meant(cycles, None)]
    found = Case.objects.open().filter(
        pk__in=keys, acknowledged_at=done_at, answered_at__isnull=True
    )
    for case in found.filter(waiting_since__isnull=True).select_for_update(of=("self",)):
        case.acknowledged_at = None
        keep(case, "acknowledged_at")
        tell(case, Event.What.UNDONE, by=by, at=at)
        audit.record("complaints.unacknowledged", case, by=by, at=at)
        clear(case, at=at)


def leave(cycles: Iterable[str], **told: Any) -> None:
    """A talk neither answers a case nor takes an answer back: the case itself says so."""


def _weigh(case: Case, is_complex: bool) -> None:
    """Count the days of the other kind from the same beginning.

    What was waited for the customer stays credited, and so do approved days.
    """
    clock = queries.clock()
    begun = case.reopened_at or case.received_at
    due = clock.resolve_by(begun, is_complex=is_complex)
    if case.waited:
        due = clock.work.add(due, case.waited)
    if case.first_closed_at is None:
        case.first_resolve_by = due
    if case.extended:
        due = clock.extended(due, case.extended)
    case.is_complex, case.resolve_by = is_complex, due
    case.answer_by = min(case.answer_by, due)
    case.acknowledge_by = min(case.acknowledge_by, due)
