"""A case is closed with a result, or opened again because something is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.complaints import queries
from regulars.server.complaints.actions.handling import run_on
from regulars.server.complaints.actions.held import (
    NotClosed,
    clear,
    come_down,
    held,
    keep,
    opened,
    refuse_involved,
    tell,
)
from regulars.server.complaints.actions.opening import loud_again, quiet
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person


class NotAnswered(Refused):
    """A case is closed after the customer was told, unless they withdrew it."""


@transaction.atomic
def close(
    case: Case,
    *,
    result: str,
    by: Person,
    at: datetime,
    cause: Entry | None = None,
    remedy: str = "",
    cost: Decimal | None = None,
    note: str = "",
) -> Case:
    """Close a case with what came of it; one that was withdrawn ends without an answer.

    The same result that comes again, because its answer was lost, finds it written.

    :raises BadInput: there is no such result, or it lacks cause or remedy.
    :raises NotAnswered: the customer was not told yet.
    :raises ClosedAlready: it is closed.
    :raises Involved: it is about whoever closes it.
    """
    now = held(case)
    if (now.closed_by_id, now.result, now.remedy) == (by.pk, result, remedy.strip()):
        return now
    found = opened(case)
    refuse_involved(found, by)
    _refuse_incomplete(found, result, cause, remedy, cost)
    run_on(found, at)
    found.state, found.result, found.cause = Case.State.CLOSED, result, cause
    found.remedy, found.cost = remedy.strip(), cost
    found.closed_at, found.closed_on, found.closed_by = at, core.local_date(at), by
    found.first_closed_at = found.first_closed_at or at
    found.late_rounds += at > found.resolve_by
    found.acknowledged_at = found.acknowledged_at or at
    found.handler = found.handler or by
    withdrawn = result == Case.Result.WITHDRAWN
    found.call_by = None if withdrawn else queries.clock().call_by(at)
    come_down(found)
    keep(found)
    found.extensions.filter(decided_at__isnull=True).delete()
    tell(
        found, Event.What.CLOSED, by=by, at=at, note=note or found.remedy, due=found.resolve_by,
        result=result, cause=cause,
    )  # fmt: skip
    audit.record("complaints.closed", found, by=by, at=at, result=result)
    loud_again(found, by=by, at=at)
    clear(found, at=at)
    return found


@transaction.atomic
def reopen(case: Case, *, reason: str, by: Actor, at: datetime) -> Case:
    """Open a closed case again: clocks begin anew, the first ones stay beside them.

    :raises BadInput: no reason is given.
    :raises NotClosed: it is open.
    :raises Involved: it is about whoever opens it.
    """
    if not reason.strip():
        raise BadInput(_("Say what is left to be settled."))
    found = held(case)
    refuse_involved(found, by)
    if found.is_open:
        told = _("Complaint %(number)s is open already.") % {"number": found.number}
        raise NotClosed(told)
    customer = queries.owner_of(found)  # whoever opens it again may not see the file
    with scope.beyond():
        facts = queries.circumstances(customer, at=at, level=found.level)
    for name, due in queries.clocks(at, facts=facts, is_complex=found.is_complex).items():
        if not name.startswith("first_"):
            setattr(found, name, due)
    if found.first_answered_at is None:  # it was withdrawn before: an answer is owed from now
        found.first_answer_by = found.answer_by
    found.state, found.rounds, found.reopened_at = Case.State.OPEN, found.rounds + 1, at
    found.result, found.cause, found.remedy, found.cost = "", None, "", None
    found.closed_at = found.closed_on = found.closed_by = None
    found.acknowledged_at = found.answered_at = None
    found.call_by = found.called_at = found.called_by = found.is_content = None
    found.extended, found.waited = 0, timedelta()
    come_down(found)  # a call that nobody made may have risen
    if found.handler and queries.bar(found, found.handler):
        found.handler = None  # who has come to be involved meanwhile
    keep(found)
    tell(found, Event.What.REOPENED, by=by, at=at, note=reason)
    audit.record("complaints.reopened", found, by=by, at=at, rounds=found.rounds)
    if customer is not None:
        quiet(found, customer, by=by, at=at)
    clear(found, at=at)
    return found


def _refuse_incomplete(
    case: Case, result: str, cause: Entry | None, remedy: str, cost: Decimal | None
) -> None:
    if result not in Case.Result.values:
        raise BadInput(_("Choose what came of it."))
    if result == Case.Result.WITHDRAWN:
        return
    if case.answered_at is None:
        raise NotAnswered(_("Tell the customer first: a complaint is closed after its answer."))
    if cause is None:
        raise BadInput(_("Choose what it came from: so it can be kept from coming again."))
    made_good = result in {Case.Result.UPHELD, Case.Result.PARTLY}
    if made_good and not remedy.strip():
        raise BadInput(_("Say how it was made good."))
    if cost is not None and cost < 0:
        raise BadInput(_("A cost is not below zero."))
