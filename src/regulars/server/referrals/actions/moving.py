"""What people say of a referral: spoken with, met, came to nothing, not valid, goes on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import Touch
from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.referrals import queries, rules
from regulars.server.referrals.actions.checking import NotYours, may_decide
from regulars.server.referrals.actions.steps import held, tell
from regulars.server.referrals.actions.tying import came_back, tie, withdraw
from regulars.server.referrals.models import Referral, Step

State, What = Referral.State, Step.What


class NotFromHere(Refused):
    """From where it stands it does not go there."""


@transaction.atomic
def contacted(referral: Referral, *, by: Actor, at: datetime, words: str = "") -> Referral:
    """The friend was spoken with; the clock stops. A second time changes nothing."""
    found = held(referral)
    if found.contacted_at is not None and found.state != State.RECEIVED:
        return found
    _move(found, State.CONTACTED)
    found.contacted_at, found.at_top = at, False
    found.save(update_fields=["state", "contacted_at", "at_top"])
    tell(found, What.CONTACTED, by=by, at=at, words=words)
    audit.record("referrals.contacted", found, by=by, at=at)
    return found


@transaction.atomic
def met(referral: Referral, *, by: Actor, at: datetime, words: str = "") -> Referral:
    """The friend was met.

    :raises NotFromHere: it ended, or the friend is a customer already.
    """
    found = held(referral)
    _move(found, State.MET)
    found.met_at = at
    found.contacted_at = found.contacted_at or at
    found.save(update_fields=["state", "met_at", "contacted_at"])
    tell(found, What.MET, by=by, at=at, words=words)
    audit.record("referrals.met", found, by=by, at=at)
    return found


@transaction.atomic
def lose(
    referral: Referral, *, reason: str, by: Actor, at: datetime, words: str = ""
) -> Referral:
    """It came to nothing.

    :raises BadInput: no reason is given.
    :raises NotFromHere: it ended already, or the friend is a customer.
    """
    if reason not in Referral.Lost.values:
        raise BadInput(_("Say why it came to nothing."))
    return _end(referral, State.LOST, reason, What.LOST, by=by, at=at, words=words)


@transaction.atomic
def refuse(
    referral: Referral, *, reason: str, by: Actor, at: datetime, words: str = ""
) -> Referral:
    """It is no valid referral: what one side got already is taken back.

    :raises BadInput: no reason is given.
    :raises NotFromHere: it was rewarded, or ended already.
    """
    if reason not in Referral.Refused.values:
        raise BadInput(_("Say why it is not valid."))
    return _end(referral, State.REFUSED, reason, What.REFUSED, by=by, at=at, words=words)


@transaction.atomic
def reopen(referral: Referral, *, by: Actor, at: datetime) -> Referral:
    """It goes on after all, where it stood.

    :raises NotFromHere: it did not end, was decided on, or somebody else refers the friend now.
    """
    found = held(referral)
    if found.state not in {State.LOST, State.REFUSED}:
        raise NotFromHere(_("It has not ended."))
    if found.check_state == Referral.Check.UPHELD or found.rewards.exists():
        raise NotFromHere(_("This was decided: it does not go on. Take the friend in anew."))
    found.state = _stood(found)
    found.ended_at, found.reason, found.words = None, "", ""
    try:
        with transaction.atomic():
            found.save(update_fields=["state", "ended_at", "reason", "words"])
    except IntegrityError as error:
        raise NotFromHere(
            _("It cannot go on: somebody else referred them, or they are one person.")
        ) from error
    if found.state == State.CUSTOMER:
        tie(found, by=by, at=at)
    tell(found, What.REOPENED, by=by, at=at)
    audit.record("referrals.reopened", found, by=by, at=at)
    return found


@transaction.atomic
def take_back(referral: Referral, *, by: Person, at: datetime, words: str) -> Referral:
    """Take back what was given: the referral turned out not to be valid.

    :raises BadInput: nobody says why.
    :raises NotFromHere: nothing was given.
    :raises NotYours: it is about a customer of their own, or they do not lead.
    """
    if not words.strip():
        raise BadInput(_("Say why it is taken back."))
    found = held(referral)
    if not queries.may_be_taken_back(found):
        raise NotFromHere(_("Nothing was given that could be taken back."))
    if not may_decide(found, by):
        raise NotYours(_("Somebody who leads, and did not bring it in, decides on it."))
    had_ended = found.state in {State.LOST, State.REFUSED}
    taken = withdraw(found, by=by, at=at)
    what = What.REVERSED if came_back(found, taken) else What.DECIDED
    tell(found, what, by=by, at=at, words=words)
    if not had_ended:
        found.state, found.ended_at = State.REFUSED, at
        found.reason, found.words = Referral.Refused.OTHER, words.strip()[:300]
        found.save(update_fields=["state", "ended_at", "reason", "words"])
        tell(found, What.REFUSED, by=by, at=at)
    audit.record("referrals.taken_back", found, by=by, at=at)
    return found


@transaction.atomic
def told(referral: Referral, *, by: Actor, at: datetime) -> int:
    """Who referred was told how it stands; returns how many lines that covers."""
    waiting = referral.steps.filter(tell=True, told_at__isnull=True)
    count = waiting.update(told_at=at)
    if count:
        audit.record("referrals.told", referral, by=by, at=at, steps=count)
    return count


def spoken_with(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact of Today dealt with these."""
    with scope.beyond():
        for referral in queries.named(cycles, "ref").filter(state=State.RECEIVED):
            contacted(referral, by=by, at=at)


@transaction.atomic
def not_spoken_with(
    cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime
) -> None:
    """That contact was taken back."""
    with scope.beyond():
        for referral in queries.named(cycles, "ref").filter(
            state=State.CONTACTED, contacted_at=done_at
        ):
            referral.state, referral.contacted_at = State.RECEIVED, None
            referral.save(update_fields=["state", "contacted_at"])
            referral.steps.filter(what=What.CONTACTED, at=done_at).delete()
            audit.record("referrals.not_contacted", referral, by=by, at=at)


def heard(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact with who referred told them."""
    with scope.beyond():
        for referral in queries.named(cycles, "told"):
            told(referral, by=by, at=at)


@transaction.atomic
def not_heard(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    with scope.beyond():
        for referral in queries.named(cycles, "told"):
            Step.objects.filter(referral=referral, told_at=done_at).update(told_at=None)


def _stood(found: Referral) -> str:
    if found.joined_on is not None:
        return State.CUSTOMER
    if found.met_at is not None:
        return State.MET
    return State.CONTACTED if found.contacted_at else State.RECEIVED


def _move(found: Referral, to: str) -> None:
    if not rules.may_move(found.state, to):
        raise NotFromHere(
            _("It stands at “%(state)s”: from there it does not go to “%(to)s”.")
            % {"state": found.get_state_display(), "to": State(to).label}
        )
    found.state = to


def _end(
    referral: Referral,
    state: str,
    reason: str,
    what: str,
    *,
    by: Actor,
    at: datetime,
    words: str,
) -> Referral:
    found = held(referral)
    _move(found, state)
    found.ended_at, found.reason, found.words = at, reason, words.strip()[:300]
    fields = ["state", "ended_at", "reason", "words"]
    if found.check_state == Referral.Check.OPEN and state == State.REFUSED:
        found.check_state, found.checked_at = Referral.Check.UPHELD, at
        found.checked_by = by if isinstance(by, Person) else None
        fields += ["check_state", "checked_at", "checked_by"]
    found.save(update_fields=fields)
    if state == State.REFUSED and withdraw(found, by=by, at=at):
        tell(found, What.REVERSED, by=by, at=at)
    tell(found, what, by=by, at=at)
    audit.record(f"referrals.{what}", found, by=by, at=at, reason=reason)
    return found
