"""A case held for one change: of two the first counts; who is involved is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.care import actions as care
from regulars.server.complaints import queries
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.complaints.rules import Bar
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.core.events.actions import wake
from regulars.server.core.models import Person


class ClosedAlready(Refused):
    """The case is closed."""


class NotClosed(Refused):
    """The case is open still."""


class Involved(Refused):
    """Who is involved in the matter neither handles nor closes it."""


def held(case: Case) -> Case:
    """The case as it is now, until the transaction ends.

    It is read once it is held: a lock that waits joins a kind as it was before.
    """
    Case.objects.select_for_update().only("pk").get(pk=case.pk)
    return Case.objects.select_related("customer", "type").get(pk=case.pk)


def opened(case: Case) -> Case:
    """The same, while it is open.

    :raises ClosedAlready: it is closed.
    """
    found = held(case)
    if not found.is_open:
        told = _("Complaint %(number)s is closed. Open it again where something is left.")
        raise ClosedAlready(told % {"number": found.number})
    return found


def refuse_involved(case: Case, person: Actor | None) -> None:
    """Let nobody handle or close what is about them.

    :raises Involved: the complaint names the person, or is about the service they give.
    """
    if not isinstance(person, Person):
        return
    why = queries.bar(case, person)
    if why == Bar.NAMED:
        told = _("This complaint is about %(person)s. Somebody else has to handle it.")
        raise Involved(told % {"person": person})
    if why == Bar.LEADS_THE_BOOK:
        told = _(
            "This complaint is about the service of the customer's book, which %(person)s "
            "looks after. Somebody else has to handle it."
        )
        raise Involved(told % {"person": person})


def keep(case: Case, *fields: str) -> None:
    """Save a case, or some fields of it, whether or not the viewer sees it from now on."""
    with scope.beyond():
        case.save(update_fields=fields or None)


def tell(
    case: Case,
    what: Event.What,
    *,
    by: Actor,
    at: datetime,
    to: Person | None = None,
    note: str = "",
    clock: str = "",
    rung: int | None = None,
    due: datetime | None = None,
    content: bool | None = None,
    result: str = "",
    cause: Entry | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Add a line to the story of a case, which the viewer may see no more."""
    with scope.beyond():
        return Event.objects.create(
            case=case,
            what=what,
            at=at,
            by=by if isinstance(by, Person) else None,
            to=to,
            note=note.strip(),
            clock=clock,
            round=case.rounds,
            rung=rung,
            due=due,
            content=content,
            result=result,
            cause=cause,
            details=details or {},
        )


def clear(case: Case, *, at: datetime) -> None:
    """What was done just now leaves the lists of the day, and what follows comes onto them."""
    if case.customer_id is not None:
        with scope.beyond():
            care.look_again(
                case.customer_id, (queries.OPENED, queries.CLOSED, queries.DUE), at=at
            )
    wake(care.HEAR)


def come_down(case: Case) -> None:
    """What it went up the line for is done: the next clock begins at the bottom."""
    case.rung, case.risen_to, case.risen_at, case.at_top = 0, None, None, False
