"""Rewards: one for each side, once, by the event of the terms; taken back when it is undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.referrals.actions import paying
from regulars.server.referrals.actions.steps import held, tell
from regulars.server.referrals.models import Referral, Reward, Step, Terms

State, Check, Side = Referral.State, Referral.Check, Reward.Side


@transaction.atomic
def reward(referral: Referral, *, by: Actor, at: datetime) -> bool:
    """Give both sides what the terms say; tells whether all of it is given.

    Call it as often as you like: a side is rewarded once, whoever comes at the same time
    waits for the row, and what could not be given waits and is tried again.
    """
    found = held(referral)
    if found.earned_on is None or found.terms is None or found.state != State.CUSTOMER:
        return found.state == State.REWARDED
    if found.check_state in {Check.OPEN, Check.UPHELD}:
        return False
    for side in Side.values:
        _side(found, found.terms, side, by=by, at=at)
    rows = list(found.rewards.all())
    if any(row.state == Reward.State.DUE for row in rows):
        return False
    found.state = State.REWARDED
    found.save(update_fields=["state"])
    if any(row.state == Reward.State.GIVEN for row in rows):
        tell(found, Step.What.REWARDED, by=by, at=at)
    audit.record("referrals.rewarded", found, by=by, at=at, sides=len(rows))
    return True


@transaction.atomic
def reverse_rewards(referral: Referral, *, by: Actor, at: datetime) -> int:
    """Take back what was given; what waits is not given any more. Tells how many were given."""
    taken = 0
    rows = referral.rewards.select_for_update().exclude(state=Reward.State.REVERSED)
    for row in rows:
        if row.state == Reward.State.GIVEN:
            paying.take_back(row.way, row.receipt, key=f"{_key(row)}:back", by=by, at=at)
            taken += 1
        row.state, row.reversed_at, row.waits = Reward.State.REVERSED, at, ""
        row.save(update_fields=["state", "reversed_at", "waits"])
        audit.record("referrals.reward.reversed", row, by=by, at=at)
    return taken


def due_again(referral: Referral, reversed_at: datetime) -> None:
    """What was taken back at a moment is to be given after all."""
    back = referral.rewards.filter(state=Reward.State.REVERSED, reversed_at=reversed_at)
    back.update(state=Reward.State.DUE, given_at=None, receipt="")


def _side(found: Referral, terms: Terms, side: str, *, by: Actor, at: datetime) -> None:
    code, amount = getattr(terms, f"{side}_way"), getattr(terms, f"{side}_amount")
    who: Customer | None = getattr(found, side)
    if not code or not amount or who is None:
        return
    row = found.rewards.filter(side=side).first()
    if row is None:
        row = Reward.objects.create(
            referral=found, customer=who, side=side, way=code, amount=amount, made_at=at,
            state=_first_state(terms, side, who, at),
        )  # fmt: skip
    if row.state != Reward.State.DUE:
        return
    try:
        with transaction.atomic():
            row.receipt = paying.give(
                row.way, who, row.amount, key=_key(row), ref=f"referral:{found.public_id}",
                by=by, at=at,
            )  # fmt: skip
    except paying.NotYet as error:
        row.waits = str(error)[:200]
        row.save(update_fields=["waits"])
        return
    row.state, row.given_at, row.waits = Reward.State.GIVEN, at, ""
    row.save(update_fields=["state", "given_at", "receipt", "waits"])
    audit.record("referrals.reward.given", row, by=by, at=at, side=side, amount=row.amount)


def _first_state(terms: Terms, side: str, who: Customer, at: datetime) -> str:
    """Above the limit of the terms a referrer gets nothing; two at once count one another."""
    if side != Side.REFERRER or not terms.most:
        return Reward.State.DUE
    customers.hold(who.pk)
    before = Reward.objects.filter(
        customer=who, side=side, made_at__gt=at - timedelta(days=terms.most_days),
        state__in=(Reward.State.DUE, Reward.State.GIVEN),
    )  # fmt: skip
    return Reward.State.CAPPED if before.count() >= terms.most else Reward.State.DUE


def _key(row: Reward) -> str:
    """Asked for once; what was taken back and is due again is asked for anew."""
    again = f":{row.reversed_at:%y%m%d%H%M%S%f}" if row.reversed_at else ""
    return f"referral:{row.referral.public_id}:{row.side}{again}"
