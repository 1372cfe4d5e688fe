"""A promise is kept, or withdrawn with a reason; the clock alone breaks it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.alerts import actions as alerts
from regulars.server.alerts.actions import Cause
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.promises.models import Promise

BATCH = 500
# A wrong click is taken back within this time; later the ledger stands.
UNDO = timedelta(minutes=5)
State = Promise.State


class AlreadyDecided(Refused):
    """It was kept, withdrawn or made good before."""


@transaction.atomic
def keep(promise: Promise, *, by: Actor, at: datetime, note: str = "") -> Promise:
    """Write down that it is done. After its time it stays broken, but is owed no more.

    :raises AlreadyDecided: it was kept, made good or withdrawn before.
    """
    found = _held(promise)
    if found.state == State.BROKEN or found.due_at < at:
        return _make_good(found, by=by, at=at, note=note)
    _decide(found, State.KEPT, by=by, at=at, note=note)
    audit.record("promises.kept", found, by=by, at=at)
    return found


@transaction.atomic
def withdraw(promise: Promise, *, reason: str, by: Actor, at: datetime) -> Promise:
    """Take a promise back before its time, with the reason; nobody withdraws a broken one.

    :raises BadInput: no reason is given.
    :raises AlreadyDecided: it was decided before, or its time is over.
    """
    if not reason.strip():
        raise BadInput(_("Say why it is taken back, and what the customer was told."))
    found = _held(promise)
    if found.state != State.OPEN or found.due_at < at:
        raise AlreadyDecided(_("Its time is over: it can be made good, not taken back."))
    _decide(found, State.WITHDRAWN, by=by, at=at, note=reason)
    audit.record("promises.withdrawn", found, by=by, at=at)
    return found


@transaction.atomic
def take_back(touch: Touch, *, by: Person, at: datetime) -> None:
    """Withdraw what was promised in a contact that is taken back itself.

    What was decided meanwhile, or is of somebody else's hand, stays.
    """
    made = Promise.objects.open().filter(touch=touch, made_by=by, due_at__gte=at)
    for found in made.select_for_update(of=("self",)).order_by("pk"):
        told = _("Taken back together with the contact it was made in.")
        _decide(found, State.WITHDRAWN, by=by, at=at, note=told)
        audit.record("promises.withdrawn", found, by=by, at=at)


@transaction.atomic
def reopen(promise: Promise, *, by: Person, at: datetime) -> Promise:
    """Take back one's own click of a moment ago.

    :raises AlreadyDecided: somebody else decided it, or it was minutes ago.
    """
    found = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    mine = found.decided_by_id == by.pk and found.state in {State.KEPT, State.WITHDRAWN}
    if not mine or found.decided_at is None or found.decided_at < at - UNDO:
        raise AlreadyDecided(_("This can no longer be taken back by one click."))
    found.state, found.decided_at, found.decided_by, found.note = State.OPEN, None, None, ""
    found.save(update_fields=["state", "decided_at", "decided_by", "note"])
    audit.record("promises.reopened", found, by=by, at=at)
    return found


@transaction.atomic
def lapse(*, by: Actor, at: datetime) -> int:
    """Break one batch of what is not done in time, and raise an alert for each.

    Another run at the same moment passes over those that this one holds.
    """
    late = Promise.objects.open().filter(due_at__lt=at).order_by("due_at", "pk")
    held = list(late.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    Promise.objects.filter(pk__in=[each.pk for each in held]).update(
        state=State.BROKEN, decided_at=at, decided_by=None
    )
    alerts.raise_many([_cause(each) for each in held], by=by, at=at)
    for each in held:
        audit.record("promises.broken", each, by=by, at=at, owner=each.owner_id)
    return len(held)


def _make_good(promise: Promise, *, by: Actor, at: datetime, note: str) -> Promise:
    """Done, but late: it counts as broken, and its alert is settled."""
    if promise.state == State.OPEN:
        promise.state, promise.decided_at, promise.decided_by = State.BROKEN, at, None
    promise.done_at, promise.note = at, note.strip() or promise.note
    promise.save(update_fields=["state", "decided_at", "decided_by", "done_at", "note"])
    alerts.settle([_key(promise)], by=by, at=at)
    audit.record("promises.made_good", promise, by=by, at=at)
    return promise


def _decide(promise: Promise, state: str, *, by: Actor, at: datetime, note: str) -> None:
    promise.state, promise.decided_at, promise.note = state, at, note.strip()
    promise.decided_by = by if isinstance(by, Person) else None
    promise.save(update_fields=["state", "decided_at", "decided_by", "note"])


def _held(promise: Promise) -> Promise:
    """The promise as it is now, held until the transaction ends: of two the first counts."""
    found = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    if found.state in {State.KEPT, State.WITHDRAWN} or found.done_at is not None:
        raise AlreadyDecided(
            _("“%(text)s” is decided already: %(state)s.")
            % {"text": found.text, "state": found.get_state_display()}
        )
    return found


def _key(promise: Promise) -> str:
    """A promise is one thing, whoever its customer is merged with."""
    return f"promise_broken:{promise.pk}"


def _cause(promise: Promise) -> Cause:
    facts = {"text": promise.text, "due": core.local_date(promise.due_at).isoformat()}
    return Cause("promise_broken", _key(promise), promise.customer_id, facts=facts)
