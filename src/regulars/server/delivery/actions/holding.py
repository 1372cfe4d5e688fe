"""Pausing, going on, stopping: each takes hold of the very next message."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.delivery.models import Delivery, Mailing

State = Mailing.State


class Over(Refused):
    """The mailing has ended."""


@transaction.atomic
def pause(mailing: Mailing, *, why: str, by: Actor, at: datetime) -> None:
    """Hold a mailing; what has not begun waits.

    :raises Over: it has ended.
    """
    held = _held(mailing)
    if held.state == State.RUNNING:
        _set(held, State.PAUSED, why, by=by, at=at)
    mailing.state, mailing.why = held.state, held.why


@transaction.atomic
def resume(mailing: Mailing, *, by: Actor, at: datetime) -> None:
    """Let a paused mailing go on; what is out of its time meanwhile stays unsent.

    :raises Over: it has ended, or its time is over.
    """
    held = _held(mailing)
    if held.valid_until <= at:
        raise Over(_("The time of this mailing is over. Make a new one with a new end."))
    if held.state == State.PAUSED:
        _set(held, State.RUNNING, "", by=by, at=at)
    mailing.state, mailing.why = held.state, held.why


@transaction.atomic
def stop(mailing: Mailing, *, why: str, by: Actor, at: datetime) -> int:
    """End a mailing: nothing more of it begins. Gives how many will not get it.

    :raises Over: it has ended already.
    """
    held = _held(mailing)
    held.ended_at = at
    _set(held, State.STOPPED, why, by=by, at=at)
    mailing.state, mailing.why, mailing.ended_at = held.state, held.why, at
    waiting = Delivery.objects.filter(mailing=held, state=Delivery.State.WAITING)
    return waiting.update(state=Delivery.State.STOPPED, ended_at=at)


@transaction.atomic
def pause_all(*, why: str, by: Actor, at: datetime) -> int:
    """Hold everything that runs."""
    found = Mailing.objects.select_for_update().filter(state=State.RUNNING)
    for mailing in found.order_by("pk"):
        _set(mailing, State.PAUSED, why, by=by, at=at)
    return len(found)


def _held(mailing: Mailing) -> Mailing:
    held = Mailing.objects.select_for_update().get(pk=mailing.pk)
    if held.over:
        raise Over(_("This mailing has ended already. Reload the page."))
    return held


def _set(held: Mailing, state: str, why: str, *, by: Actor, at: datetime) -> None:
    held.state, held.why = state, why[:300]
    held.save(update_fields=["state", "why", "ended_at"])
    audit.record("delivery.mailing.held", held, by=by, at=at, state=state, why=why)
