"""What guests are told by message: invitations, reminders, a seat that became free."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from regulars.base.errors import RegularsError
from regulars.server.core.audit import Actor
from regulars.server.outreach import actions as outreach
from regulars.server.outreach import queries as reached
from regulars.server.salons.actions.linking import link_of
from regulars.server.salons.models import Guest, Salon
from regulars.server.salons.queries import spoken

UNSAID = "refused"  # the state of a message that found no words or no address


def invite(salon: Salon, guests: Sequence[Guest], *, by: Actor, at: datetime) -> set[int]:
    """Send the invitation; the customers whom it reaches, or whose manager confirms it."""
    key = f"{salon.source}:invite"
    return _send(key, salon.invitation, salon, guests, until=salon.answer_by, by=by, at=at)


def remind(
    salon: Salon, guests: Sequence[Guest], *, which: str, by: Actor, at: datetime
) -> set[int]:
    """Send one of the reminders."""
    key = f"{salon.source}:{which}"
    return _send(key, salon.reminder, salon, guests, until=salon.begins_at, by=by, at=at)


def seated(salon: Salon, guest: Guest, *, by: Actor, at: datetime) -> bool:
    """Tell one guest of the waiting list that there is a seat now."""
    key = f"{salon.source}:seat:{guest.public_id}:{at:%m%d%H%M}"
    found = _send(key, salon.seat_message, salon, [guest], until=salon.begins_at, by=by, at=at)
    return guest.customer_id in found


def _send(
    key: str,
    message: str,
    salon: Salon,
    guests: Sequence[Guest],
    *,
    until: datetime,
    by: Actor,
    at: datetime,
) -> set[int]:
    """The customers to whom something goes; nobody where the message cannot be sent now."""
    if not guests or until <= at:
        return set()
    ids = [guest.customer_id for guest in guests]
    values = {guest.customer_id: spoken.values(salon, link_of(guest)) for guest in guests}
    try:
        outreach.reach(
            key, message=message, customers=ids, name=str(salon)[:120], not_before=at,
            valid_until=until, basis={"salon": salon.public_id}, last=False, by=by, at=at,
            values=values,
        )  # fmt: skip
    except RegularsError:
        return set()
    return _gone(key, ids)


def _gone(key: str, ids: Collection[int]) -> set[int]:
    states = reached.reached(key, ids)
    return {pk for pk, state in states.items() if state not in {UNSAID, "failed"}}
