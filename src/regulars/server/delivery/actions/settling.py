"""A person says what became of messages whose end nobody saw. No machine ever does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels import actions as channels
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.delivery.actions.contacts import write_contacts
from regulars.server.delivery.actions.waking import wake
from regulars.server.delivery.models import Delivery, Mailing

State = Delivery.State


class Known(Refused):
    """Its end is known already."""


class Unsaid(BadInput):
    """Nobody wrote how they know."""


@transaction.atomic
def settle_unknown(
    delivery: Delivery, *, arrived: bool, why: str, by: Actor, at: datetime
) -> str:
    """Say that a message arrived, or let it go again; gives the state it is in now.

    What did not arrive goes again while its mailing may; after that it stays unsent.

    :raises Known: its end is known meanwhile.
    :raises Unsaid: nobody says how they know.
    """
    if not why.strip():
        raise Unsaid(_("Write how you know: it stands in the trail."))
    mailing = Mailing.objects.select_for_update().get(pk=delivery.mailing_id)
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if row.state != State.UNKNOWN:
        raise Known(_("The end of this message is known meanwhile. Reload the page."))
    row.state = State.SENT if arrived else _again(mailing, at=at)
    row.ended_at = None if row.state == State.WAITING else at
    row.due_at = max(at, mailing.not_before) if row.state == State.WAITING else row.due_at
    row.save(update_fields=["state", "ended_at", "due_at"])
    if arrived:
        write_contacts([row.pk])
    elif row.decision_id:
        channels.take_back(row.decision_id, at=at)
    if row.state == State.WAITING:
        _reopen(mailing, by=by, at=at)
    audit.record(
        "delivery.unknown.settled", row, by=by, at=at, arrived=arrived, state=row.state, why=why
    )
    delivery.state = row.state
    return row.state


def settle_many(
    rows: Sequence[Delivery], *, arrived: bool, why: str, by: Actor, at: datetime
) -> int:
    """Say the same of many; what is known meanwhile is left. Gives how many were settled."""
    settled = 0
    for row in rows:
        try:
            settle_unknown(row, arrived=arrived, why=why, by=by, at=at)
        except Known:
            continue
        settled += 1
    return settled


def _again(mailing: Mailing, *, at: datetime) -> str:
    if mailing.state == Mailing.State.STOPPED:
        return State.STOPPED
    return State.EXPIRED if mailing.valid_until <= at else State.WAITING


def _reopen(mailing: Mailing, *, by: Actor, at: datetime) -> None:
    """A mailing that had ended runs on for what goes again."""
    if mailing.state == Mailing.State.DONE:
        mailing.state, mailing.ended_at = Mailing.State.RUNNING, None
        mailing.save(update_fields=["state", "ended_at"])
        audit.record("delivery.mailing.reopened", mailing, by=by, at=at)
    wake(mailing.line_id)
