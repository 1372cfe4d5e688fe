"""What people do with an alert: take note, hand it on, close it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.alerts import queries
from regulars.server.alerts.actions.steps import add_step
from regulars.server.alerts.models import Alert, Step
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person

# What a colleague could not understand without a word about it.
NEEDS_WORDS = frozenset({Alert.Outcome.MISTAKEN, Alert.Outcome.LOST})


class AlreadyClosed(Refused):
    """Somebody closed it before."""


class NobodyThere(BadInput):
    """It can be handed to somebody only who sees the customer and is there."""


@transaction.atomic
def acknowledge(alert: Alert, *, by: Person, at: datetime) -> Alert:
    """Say that one takes care of it: who says so holds it, and a new clock runs.

    :raises AlreadyClosed: it has an outcome.
    """
    found = _held(alert)
    if found.state == Alert.State.ACKNOWLEDGED and found.holder_id == by.pk:
        return found
    found.by_hand = found.by_hand or found.holder_id != by.pk
    found.state, found.acknowledged_at, found.holder = Alert.State.ACKNOWLEDGED, at, by
    found.rung = _rung_of(found, by, at)
    found.due_at = queries.clock(at).close_by(found.kind)
    found.at_top = False
    found.save()
    add_step(found, Step.What.ACKNOWLEDGED, by=by, to=by.pk, at=at)
    audit.record("alerts.acknowledged", found, by=by, at=at)
    return found


@transaction.atomic
def hand_on(alert: Alert, to: Person, *, by: Person, at: datetime, note: str = "") -> Alert:
    """Give it to somebody else who sees the customer; they must acknowledge it anew.

    :raises NobodyThere: they do not see the customer, hold it already, or are away.
    :raises AlreadyClosed: it has an outcome.
    """
    found = _held(alert)
    able = queries.may_hold(found.customer.book).filter(pk=to.pk).exists()
    if not able or to.pk in queries.away(core.local_date(at)) or to.pk == found.holder_id:
        raise NobodyThere(
            _("%(name)s cannot take it. Choose somebody who is there and sees the customer.")
            % {"name": to}
        )
    found.state, found.acknowledged_at = Alert.State.OPEN, None
    found.holder, found.by_hand, found.at_top = to, True, False
    found.rung = _rung_of(found, to, at)
    found.due_at = queries.clock(at).acknowledge_by(found.kind, found.level)
    found.save()
    add_step(found, Step.What.HANDED, by=by, to=to.pk, at=at, note=note)
    audit.record("alerts.handed_on", found, by=by, at=at, to=to.pk)
    return found


@transaction.atomic
def close(alert: Alert, *, outcome: str, by: Person, at: datetime, note: str = "") -> Alert:
    """Write what came of it. It is never raised again for the same thing.

    The same form that comes again, because its answer was lost, finds it written.

    :raises BadInput: there is no such outcome, or it needs a word of explanation.
    :raises AlreadyClosed: it has an outcome; the first one stands.
    """
    if outcome not in Alert.Outcome.values or outcome == Alert.Outcome.SETTLED:
        raise BadInput(_("Choose what came of it."))
    if outcome in NEEDS_WORDS and not note.strip():
        raise BadInput(_("Say in a few words why: the next one who reads it was not there."))
    found = _locked(alert)
    if (found.closed_by_id, found.outcome, found.note) == (by.pk, outcome, note.strip()):
        return found
    _open(found)
    found.state, found.outcome, found.note = Alert.State.CLOSED, outcome, note.strip()
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["state", "outcome", "note", "closed_at", "closed_by"])
    add_step(found, Step.What.CLOSED, by=by, to=None, at=at, note=found.note)
    audit.record("alerts.closed", found, by=by, at=at, outcome=outcome)
    return found


@transaction.atomic
def drop_closed(before: datetime) -> int:
    """Delete alerts that were closed before a moment, with their steps; returns how many.

    Their keys go too: what raised them then is long over.
    """
    old = queries.closed_before(before)
    dropped = old.count()
    old.delete()
    return dropped


def _held(alert: Alert) -> Alert:
    found = _locked(alert)
    _open(found)
    return found


def _locked(alert: Alert) -> Alert:
    """The alert as it is now, held until the transaction ends: of two the first counts.

    It is read once it is held: a lock that waits joins the customer as it was before a merge.
    """
    Alert.objects.select_for_update().only("pk").get(pk=alert.pk)
    return Alert.objects.select_related("customer__book").get(pk=alert.pk)


def _open(found: Alert) -> None:
    if found.state == Alert.State.CLOSED:
        raise AlreadyClosed(
            _("This alert was closed at %(moment)s already. Nothing was written twice.")
            % {"moment": _local(found.closed_at)}
        )


def _local(at: datetime | None) -> str:
    return f"{at.astimezone(core.time_zone()):%H:%M}" if at else ""


def _rung_of(alert: Alert, person: Person, at: datetime) -> int:
    """Where on the line somebody stands; who is not on it counts as looking after the book."""
    line = queries.line(alert.customer.book_id, day=core.local_date(at))
    return next((post.rung for post in line if post.person_id == person.pk), 0)
