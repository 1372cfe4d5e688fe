"""Referrals of oneself, rings and bursts: found, laid before a person, decided on.

Nothing is paid while one waits for a decision, and whoever looks after who referred, or
gained by it, does not decide: somebody who leads does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.referrals import queries
from regulars.server.referrals.actions.steps import held, tell
from regulars.server.referrals.actions.tying import withdraw
from regulars.server.referrals.models import Finding, Referral, Step

Check, State = Referral.Check, Referral.State


class NotYours(Refused):
    """Who decides is not who looks after who referred."""


@transaction.atomic
def look_at(referral: Referral, *, by: Actor, at: datetime) -> list[Finding]:
    """Look for what speaks for a referral of oneself; what is new asks for a decision again."""
    known = set(referral.findings.values_list("kind", flat=True))
    made = [
        Finding.objects.create(referral=referral, kind=kind, facts=facts, found_at=at)
        for kind, facts in queries.suspicions(referral).items()
        if kind not in known
    ]
    waits = referral.state not in {State.REWARDED, State.REFUSED, State.LOST}
    if made and waits and referral.check_state != Check.OPEN:
        Referral.objects.filter(pk=referral.pk).update(
            check_state=Check.OPEN, checked_at=None, checked_by=None, check_words=""
        )
        referral.check_state, referral.checked_at = Check.OPEN, None
    if made:
        kinds = sorted(each.kind for each in made)
        audit.record("referrals.suspected", referral, by=by, at=at, kinds=kinds)
    return made


@transaction.atomic
def decide(
    referral: Referral, *, valid: bool, words: str, by: Person, at: datetime
) -> Referral:
    """Say whether it is in order, and why. One that is not is refused, and nothing is kept.

    :raises NotYours: it is about a customer of the decider's own, or they do not lead.
    :raises BadInput: nobody says why.
    :raises Refused: there is nothing to decide.
    """
    found = held(referral)
    if not found.is_to_decide:
        raise Refused(_("There is nothing to decide here any more."))
    if not may_decide(found, by):
        raise NotYours(_("Somebody who leads, and did not bring it in, decides on it."))
    if not words.strip():
        raise BadInput(_("Say what you looked at, and why you decide so."))
    found.check_state = Check.CLEARED if valid else Check.UPHELD
    found.checked_at, found.checked_by = at, by
    found.check_words = words.strip()[:300]
    fields = ["check_state", "checked_at", "checked_by", "check_words"]
    if not valid:
        found.state, found.ended_at, found.reason = State.REFUSED, at, _reason(found)
        fields += ["state", "ended_at", "reason"]
    found.save(update_fields=fields)
    tell(found, Step.What.DECIDED, by=by, at=at, words=words)
    if not valid:
        if withdraw(found, by=by, at=at):
            tell(found, Step.What.REVERSED, by=by, at=at)
        tell(found, Step.What.REFUSED, by=by, at=at)
    audit.record("referrals.decided", found, by=by, at=at, valid=valid)
    return found


def may_decide(referral: Referral, person: Person) -> bool:
    """Whether a person leads and gains nothing by it."""
    own = referral.referrer is not None and person.pk in {
        referral.referrer.book.owner_id,
        referral.referrer.book.backup_id,
    }
    return (
        person.may(Permission.SEE_TEAM)
        and person.may(Permission.RECORD_CONTACT)
        and not own
        and referral.received_by_id != person.pk
    )


def _reason(found: Referral) -> str:
    """Why one that was decided on is not valid, by what was found."""
    facts = dict(found.findings.values_list("kind", "facts"))
    if told := facts.get(Finding.Kind.MERGED):
        return str(told["reason"])
    return Referral.Refused.RING if Finding.Kind.RING in facts else Referral.Refused.SELF
