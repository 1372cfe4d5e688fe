"""The loop: spoken with, cause found, something done; and what was changed for a cause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import Touch
from regulars.server.complaints.models import Entry
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.voice.models import Cause, Improvement, Loop

State, Kind = Loop.State, Loop.Kind


class Closed(Refused):
    """The loop is closed already."""


@transaction.atomic
def close_low(
    loop: Loop, *, cause: Cause, action: str, by: Person, at: datetime, found: str = ""
) -> Loop:
    """Close the loop of a low score: what it was, and what was done for this customer.

    :raises BadInput: nothing was done.
    :raises Closed: somebody was first.
    """
    if not action.strip():
        raise BadInput(_("Say what was done for this customer."))
    held = _open(loop)
    held.cause, held.found, held.action = cause, _line(found), _line(action)
    return _close(held, by=by, at=at)


@transaction.atomic
def close_high(loop: Loop, *, thanks: str, by: Person, at: datetime) -> Loop:
    """Close the loop of a high score: thanked, and what they said to the question.

    :raises Closed: somebody was first.
    """
    if thanks not in Loop.Thanks.values:
        raise BadInput(_("Say whether the customer was thanked, and what they said."))
    held = _open(loop)
    held.thanks = thanks
    return _close(held, by=by, at=at)


@transaction.atomic
def reopen(loop: Loop, *, by: Person, at: datetime) -> Loop:
    """Take the closing back: it was not dealt with after all.

    :raises Refused: it is open.
    """
    held = Loop.objects.select_for_update(of=("self",)).get(pk=loop.pk)
    if held.state != State.DONE:
        raise Refused(_("It is open already."))
    held.state = State.TALKED if held.talked_at else State.OPEN
    held.closed_at = held.closed_by = None
    held.save(update_fields=["state", "closed_at", "closed_by"])
    audit.record("voice.loop.reopened", held, by=by, at=at)
    return held


@transaction.atomic
def talked(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact dealt with these: of a low score the cause is still to be found.

    Who would recommend us was thanked by that contact, and nothing is left to do.
    """
    for loop in _of(cycles).filter(state=State.OPEN):
        loop.talked_at = at
        if loop.kind == Kind.PROMOTER:
            loop.thanks, loop.state, loop.closed_at = Loop.Thanks.THANKED, State.DONE, at
            loop.closed_by = by if isinstance(by, Person) else None
        else:
            loop.state = State.TALKED
        loop.save()
        what = "voice.loop.closed" if loop.state == State.DONE else "voice.loop.talked"
        audit.record(what, loop, by=by, at=at)


@transaction.atomic
def not_talked(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """The contact was taken back."""
    closed = Q(kind=Kind.PROMOTER, state=State.DONE, closed_at=done_at)
    for loop in _of(cycles).filter(Q(state=State.TALKED) | closed, talked_at=done_at):
        loop.state, loop.talked_at = State.OPEN, None
        loop.closed_at, loop.closed_by, loop.thanks = None, None, ""
        loop.save()
        audit.record("voice.loop.reopened", loop, by=by, at=at)


@transaction.atomic
def add_cause(name: str, *, by: Actor, at: datetime, name_en: str = "") -> Cause:
    """Add a cause to the company's list.

    :raises BadInput: it has no name, or the list has it.
    """
    if not name.strip():
        raise BadInput(_("Give the cause a name."))
    try:
        with transaction.atomic():
            made = Cause.objects.create(name=_line(name), name_en=_line(name_en), made_at=at)
    except IntegrityError as error:
        raise BadInput(_("The list has “%(name)s” already.") % {"name": name}) from error
    audit.record("voice.cause.added", made, by=by, at=at)
    return made


@transaction.atomic
def switch_cause(cause: Cause, *, on: bool, by: Actor, at: datetime) -> None:
    """Take a cause off the list, or back onto it; loops of before keep it."""
    cause.is_active = on
    cause.save(update_fields=["is_active"])
    audit.record("voice.cause.switched", cause, by=by, at=at, on=on)


@transaction.atomic
def improve(
    cause: Cause | None,
    *,
    said: str,
    did: str,
    since: date,
    by: Actor,
    at: datetime,
    complaint: Entry | None = None,
    **english: str,
) -> Improvement:
    """Write down what customers said and what was changed for it, since which day.

    It was changed for a cause of low scores, for what complaints are about or came from, or
    for both.

    :raises BadInput: one of the texts is missing or every cause, or the day lies ahead.
    """
    if cause is None and complaint is None:
        raise BadInput(
            _("Name the cause that it was changed for: of scores, or of complaints.")
        )
    if not said.strip() or not did.strip():
        raise BadInput(_("Write both: what customers said, and what was changed."))
    if since > core.local_date(at):
        raise BadInput(_("%(day)s lies ahead. Write it down once it is done.") % {"day": since})
    made = Improvement.objects.create(
        cause=cause, complaint=complaint, said=_line(said), did=_line(did), since=since,
        made_at=at, made_by=by if isinstance(by, Person) else None, **english,
    )  # fmt: skip
    audit.record("voice.improvement.noted", made, by=by, at=at, since=since.isoformat())
    return made


def _of(cycles: Iterable[str]) -> QuerySet[Loop, Any]:
    """The loops that reasons are about: "loop-12@20261202:0"."""
    heads = [cycle.partition("@")[0] for cycle in cycles]
    keys = [int(head[5:]) for head in heads if head.startswith("loop-")]
    return Loop.objects.filter(pk__in=keys).order_by("pk")


def _open(loop: Loop) -> Loop:
    held = Loop.objects.select_for_update(of=("self",)).get(pk=loop.pk)
    if held.state == State.DONE:
        raise Closed(
            _("%(who)s closed this already.") % {"who": held.closed_by or _("Somebody")}
        )
    return held


def _close(held: Loop, *, by: Person, at: datetime) -> Loop:
    held.state, held.closed_at, held.closed_by = State.DONE, at, by
    held.save()
    cause = held.cause.pk if held.cause else None
    audit.record("voice.loop.closed", held, by=by, at=at, cause=cause)
    return held


def _line(text: str) -> str:
    return " ".join(text.split())
