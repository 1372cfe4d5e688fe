"""Asking by voice, on the phone or face to face: may we, and what became of it.

The policy is asked before the first question. Its yes is held for a day, so that an interview
that ends after the last hour of the day still counts. Whatever becomes of it is a contact:
answered, did not want to, not reached. All three were asked, so the response is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels import actions as channels
from regulars.server.channels.forms.words import REASONS
from regulars.server.channels.models import Decision, Touch
from regulars.server.channels.rules.policy import SURVEY, Ask
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.voice import queries
from regulars.server.voice.actions.answering import Given, Way, of_invitation
from regulars.server.voice.actions.waves import NotAsked, invite
from regulars.server.voice.models import Answer, Invitation, Wave

State = Invitation.State
OUTCOMES: Mapping[str, str] = {
    State.DECLINED: Touch.Outcome.NOT_NOW,
    State.MISSED: Touch.Outcome.NO_ANSWER,
}


@dataclass(frozen=True)
class Opened:
    """An interview that may begin: whom it asks, how, and the policy's yes."""

    invitation: Invitation
    mode: str
    decision: Decision


def open_interview(
    wave: Wave, customer: Customer, *, mode: str, by: Person, at: datetime
) -> Opened:
    """Ask the policy before the customer is asked; opened twice it is one asking.

    A no of the policy stays written down, whatever becomes of the call.

    :raises BadInput: it is neither by phone nor face to face.
    :raises NotAsked: the policy says no, with its reason, or the customer did.
    :raises Refused: the customer answered already, rests, or the wave is over.
    """
    if mode not in queries.BY_VOICE:
        raise BadInput(_("Say whether it was by phone or face to face."))
    invitation = invite(wave, customer, by=by, at=at)
    if invitation.state == State.ANSWERED:
        raise Refused(_("%(customer)s has answered already.") % {"customer": customer})
    if invitation.state == State.DECLINED:
        raise NotAsked(_("%(customer)s did not want to answer.") % {"customer": customer})
    held = queries.opened(by, customer, wave, at, mode=mode)
    if held is not None:
        return Opened(invitation, mode, held)
    ask = Ask(channel=queries.BY_VOICE[mode], purpose=SURVEY, at=at, level=invitation.level)
    checked = channels.check(customer, ask, by=by, at=at)
    if not checked.allowed:
        reason = checked.decision.reason
        raise NotAsked(str(REASONS.get(reason, reason)))
    return Opened(invitation, mode, checked.decision)


def answer_by_voice(
    wave: Wave, customer: Customer, given: Given, *, mode: str, by: Person, at: datetime
) -> Answer:
    """Fill the form in for a customer on the phone or face to face.

    :raises NotAsked: the policy says no; where the interview was opened before, it was asked
        then.
    :raises Unanswered: something is missing.
    :raises Refused: the customer answered already, rests, or the wave is over.
    """
    opened = open_interview(wave, customer, mode=mode, by=by, at=at)
    return _answered(opened, customer, given, by=by, at=at)


def not_answered(
    wave: Wave, customer: Customer, *, outcome: str, mode: str, by: Person, at: datetime
) -> Invitation:
    """Asked by voice without an answer: the customer did not want to, or was not reached.

    Who was not reached may be tried again; who did not want to is left alone.

    :raises BadInput: the outcome is neither.
    :raises NotAsked: the policy says no.
    """
    if outcome not in OUTCOMES:
        raise BadInput(_("Say whether the customer did not want to or was not reached."))
    opened = open_interview(wave, customer, mode=mode, by=by, at=at)
    return _ended(opened, customer, State(outcome), by=by, at=at)


@transaction.atomic
def _answered(
    opened: Opened, customer: Customer, given: Given, *, by: Person, at: datetime
) -> Answer:
    held = _hold(opened.invitation)
    if held.state == State.ANSWERED:
        raise Refused(_("%(customer)s has answered already.") % {"customer": customer})
    way = Way(opened.mode, at=at, learned_at=at, taken_by=by)
    made = of_invitation(held, given, way, by=by)
    _touch(opened, customer, Touch.Outcome.REACHED, by=by, at=at)
    return made


@transaction.atomic
def _ended(
    opened: Opened, customer: Customer, outcome: State, *, by: Person, at: datetime
) -> Invitation:
    held = _hold(opened.invitation)
    if held.state not in Invitation.OPEN:
        raise Refused(_("%(customer)s has answered already.") % {"customer": customer})
    held.state, held.handed_at, held.handed_by = outcome, at, by
    held.save(update_fields=["state", "handed_at", "handed_by"])
    _touch(opened, customer, Touch.Outcome(OUTCOMES[outcome]), by=by, at=at)
    audit.record("voice.invitation.not_answered", held, by=by, at=at, outcome=outcome)
    return held


def _touch(
    opened: Opened, customer: Customer, outcome: Touch.Outcome, *, by: Person, at: datetime
) -> None:
    channels.record_touch(
        customer, channel=queries.BY_VOICE[opened.mode], outcome=outcome, purpose=SURVEY,
        two_way=outcome != Touch.Outcome.NO_ANSWER, decision=opened.decision, by=by, at=at,
    )  # fmt: skip


def _hold(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
