"""The morning's job: who became a customer, what was earned, what was undone, what ran out.

Each referral is a transaction of its own and is held while it is looked at: two jobs at the
same time do each of it once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.referrals import queries
from regulars.server.referrals.actions import checking
from regulars.server.referrals.actions.rewarding import reward, settle
from regulars.server.referrals.actions.steps import held, tell
from regulars.server.referrals.actions.tying import came_back, tie, withdraw
from regulars.server.referrals.models import Referral, Step
from regulars.server.referrals.queries.proofs import BEFORE, EARNED, JOINED, Proof

log = logging.getLogger(__name__)
GRACE = timedelta(days=3)  # so long the facts of a reward may be missing
State = Referral.State


@dataclass(frozen=True)
class Morning:
    """What the job did, counted."""

    joined: int = 0
    earned: int = 0
    rewarded: int = 0
    undone: int = 0
    timed_out: int = 0
    settled: int = 0
    suspected: int = 0
    failed: int = 0


def keep(*, by: Actor, at: datetime) -> Morning:
    """Bring every referral up to date with the facts, each in a transaction of its own.

    One that fails keeps nobody else from their thanks: it is logged, counted, tried again.
    """
    with scope.everything():
        found = list(queries.to_watch(at))
        proofs = queries.proofs(found, at)
    counts = dict.fromkeys(Morning.__dataclass_fields__, 0)
    for one in found:
        for name in _kept(one, proofs[one.pk], by=by, at=at):
            counts[name] += 1
    return Morning(**counts)


def _kept(
    referral: Referral, proofs: Mapping[str, Proof], *, by: Actor, at: datetime
) -> list[str]:
    try:
        with scope.everything():
            return _one(referral, proofs, by=by, at=at)
    except Exception:  # whatever a way to thank raises is of this one alone
        log.exception("Referral %s was not brought up to date", referral.public_id)
        return ["failed"]


@transaction.atomic
def _one(
    referral: Referral, proofs: Mapping[str, Proof], *, by: Actor, at: datetime
) -> list[str]:
    found = held(referral)
    did: list[str] = []
    ended = found.state in {State.LOST, State.REFUSED} or found.settled_at is not None
    if found.friend is None or ended:
        return did
    if found.earned_on is not None and EARNED not in proofs:
        return _missed(found, by=by, at=at)
    if found.missing_since is not None:
        found.missing_since = None
        found.save(update_fields=["missing_since"])
    if BEFORE in proofs and found.joined_on is None:
        _known_before(found, by=by, at=at)
        return did
    if found.state != State.REWARDED and checking.look_at(found, by=by, at=at):
        did.append("suspected")
    if found.joined_on is None and (proof := proofs.get(JOINED)):
        _join(found, proof.on, by=by, at=at)
        did.append("joined")
    if found.joined_on and found.earned_on is None and (proof := proofs.get(EARNED)):
        found.earned_on, found.proof = proof.on, proof.ref[:120]
        found.save(update_fields=["earned_on", "proof"])
        audit.record("referrals.earned", found, by=by, at=at)
        did.append("earned")
    if found.state == State.CUSTOMER and reward(found, by=by, at=at):
        did.append("rewarded")
    return did + _ended(found, by=by, at=at)


def _join(found: Referral, on: date, *, by: Actor, at: datetime) -> None:
    """The friend is a customer: the tie to who brought them is what values and ladders read."""
    found.state, found.joined_on = State.CUSTOMER, on
    found.contacted_at = found.contacted_at or at
    found.save(update_fields=["state", "joined_on", "contacted_at"])
    assert found.friend is not None
    tie(found, by=by, at=at)
    if found.friend.since is None:
        customers.change_customer(found.friend, since=on, by=by, at=at)
    tell(found, Step.What.CUSTOMER, by=by, at=at)
    audit.record("referrals.joined", found, by=by, at=at)


def _known_before(found: Referral, *, by: Actor, at: datetime) -> None:
    """Facts from before say so, once the friend's file and an older one became one."""
    found.state, found.ended_at = State.REFUSED, at
    found.reason = Referral.Refused.KNOWN
    found.save(update_fields=["state", "ended_at", "reason"])
    tell(found, Step.What.REFUSED, by=by, at=at)
    audit.record("referrals.refused", found, by=by, at=at, reason=found.reason)


def _missed(found: Referral, *, by: Actor, at: datetime) -> list[str]:
    """A file that is taken out and loaded again undoes nothing: some days are waited."""
    if found.missing_since is None:
        found.missing_since = at
        found.save(update_fields=["missing_since"])
    if at - found.missing_since < GRACE:
        return []
    _undo(found, by=by, at=at)
    return ["undone"]


def _undo(found: Referral, *, by: Actor, at: datetime) -> None:
    """What earned the reward is not there any more: it is taken back, once and for good."""
    taken = withdraw(found, by=by, at=at)
    found.earned_on, found.proof, found.state = None, "", State.LOST
    found.ended_at, found.reason = at, Referral.Lost.UNDONE
    found.save(update_fields=["earned_on", "proof", "state", "ended_at", "reason"])
    if came_back(found, taken):
        tell(found, Step.What.REVERSED, by=by, at=at)
    audit.record("referrals.undone", found, by=by, at=at)


def _ended(found: Referral, *, by: Actor, at: datetime) -> list[str]:
    """Let what came to nothing end, and what brought a customer and waits for no more."""
    if _ran_out(found, core.local_date(at)):
        _time_out(found, by=by, at=at)
        return ["timed_out"]
    if why := _is_over(found, core.local_date(at)):
        settle(found, why, by=by, at=at)
    return ["settled"] if found.settled_at is not None else []


def _ran_out(found: Referral, today: date) -> bool:
    """Whether the days of the terms, or the usual ones, are over, and nobody is a customer."""
    if found.state not in {State.RECEIVED, State.CONTACTED, State.MET}:
        return False
    return today > _last_day(found)


def _is_over(found: Referral, today: date) -> str:
    """Why nothing more is waited for of a friend who is a customer; nothing where something is.

    Files come late: the event of the terms counts for some days more where its own day lies
    within theirs.
    """
    if found.state != State.CUSTOMER or found.earned_on is not None or found.settled:
        return ""
    if found.terms is None:
        return Referral.Settled.NO_RULE
    late = timedelta(days=queries.policy().late_days)
    return Referral.Settled.WINDOW if today > _last_day(found) + late else ""


def _last_day(found: Referral) -> date:
    days = found.terms.window_days if found.terms else queries.policy().usual_days
    return core.local_date(found.received_at) + timedelta(days=days)


def _time_out(found: Referral, *, by: Actor, at: datetime) -> None:
    found.state, found.ended_at, found.reason = State.LOST, at, Referral.Lost.TIME
    found.save(update_fields=["state", "ended_at", "reason"])
    tell(found, Step.What.LOST, by=by, at=at)
    audit.record("referrals.lost", found, by=by, at=at, reason=found.reason)
