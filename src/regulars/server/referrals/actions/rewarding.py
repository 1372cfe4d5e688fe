"""Rewards: one for each side, once, by the event of the terms; taken back when it is undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.referrals import queries
from regulars.server.referrals.actions import paying
from regulars.server.referrals.actions.deposits import is_forbidden
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
    if found.check_state in {Check.OPEN, Check.UPHELD} or found.settled_at is not None:
        return False
    for side in Side.values:
        _side(found, found.terms, side, by=by, at=at)
    states = set(found.rewards.values_list("state", flat=True))
    if Reward.State.DUE in states:
        return False
    if Reward.State.LAPSED in states and Reward.State.GIVEN not in states:
        settle(found, Referral.Settled.LAPSED, by=by, at=at)
        return False
    found.state = State.REWARDED
    found.save(update_fields=["state"])
    if Reward.State.GIVEN in states:
        tell(found, Step.What.REWARDED, by=by, at=at)
    audit.record("referrals.rewarded", found, by=by, at=at, sides=found.rewards.count())
    return True


@transaction.atomic
def settle(found: Referral, why: str, *, by: Actor, at: datetime) -> None:
    """The friend is a customer, nothing more is waited for: facts do not move it any more."""
    found.settled_at, found.settled = at, why
    found.save(update_fields=["settled_at", "settled"])
    tell(found, Step.What.SETTLED, by=by, at=at)
    audit.record("referrals.settled", found, by=by, at=at, why=str(why))


@transaction.atomic
def reverse_rewards(referral: Referral, *, by: Actor, at: datetime) -> int:
    """Take back what was given; what waits is not given any more. Tells how many came back.

    What cannot be taken back, a coupon that was redeemed or a gift that was handed over, stays
    with whoever has it, and the story says so.
    """
    taken = 0
    with scope.beyond():
        rows = referral.rewards.select_for_update(of=("self",)).filter(
            state__in=(Reward.State.DUE, Reward.State.GIVEN)
        )
        for row in rows:
            given = row.state == Reward.State.GIVEN
            key = f"{_key(row)}:back"
            stays = paying.take_back(row, key=key, by=by, at=at) if given else ""
            row.state = Reward.State.KEPT if stays else Reward.State.REVERSED
            row.reversed_at, row.waits = at, stays
            row.save(update_fields=["state", "reversed_at", "waits"])
            taken += given and not stays
            if stays:
                tell(referral, Step.What.KEPT, by=by, at=at)
            audit.record(f"referrals.reward.{row.state}", row, by=by, at=at)
    return taken


def due_again(referral: Referral, reversed_at: datetime) -> None:
    """What was taken back at a moment is to be given after all; what stayed was given."""
    then = referral.rewards.filter(reversed_at=reversed_at)
    back = then.filter(state=Reward.State.REVERSED)
    back.update(state=Reward.State.DUE, given_at=None, receipt="")
    then.filter(state=Reward.State.KEPT).update(
        state=Reward.State.GIVEN, reversed_at=None, waits=""
    )


def _side(found: Referral, terms: Terms, side: str, *, by: Actor, at: datetime) -> None:
    code, amount = getattr(terms, f"{side}_way"), getattr(terms, f"{side}_amount")
    who: Customer | None = getattr(found, side)
    if not code or not amount or who is None:
        return
    row = found.rewards.filter(side=side).first()
    if row is None:
        row = Reward.objects.create(
            referral=found, customer=who, side=side, way=code, amount=amount, made_at=at,
            thing=getattr(terms, f"{side}_thing"), waits_until=last_day(at),
            state=_first_state(terms, side, who, at),
        )  # fmt: skip
    if row.state == Reward.State.DUE:
        _give(row, who, terms, by=by, at=at)


def _give(row: Reward, who: Customer, terms: Terms, *, by: Actor, at: datetime) -> None:
    """Give it, or write down what it waits for, and whether it waited long enough."""
    try:
        with transaction.atomic():
            if is_forbidden(row.way, terms.event, terms.products):
                raise paying.NotYet(Reward.Why.FORBIDDEN)
            row.receipt = paying.give(row, who, key=_key(row), by=by, at=at)
    except paying.NotYet as error:
        _wait(row, str(error)[:200], by=by, at=at)
        return
    row.state, row.given_at, row.waits = Reward.State.GIVEN, at, ""
    row.save(update_fields=["state", "given_at", "receipt", "waits"])
    audit.record("referrals.reward.given", row, by=by, at=at, side=row.side, amount=row.amount)


def _wait(row: Reward, why: str, *, by: Actor, at: datetime) -> None:
    """The days of whoever is to fetch it do not run while the company lacks it."""
    before, row.waits = (row.waits, row.waits_until), why
    if row.is_ours or row.waits_until is None:
        row.waits_until = last_day(at)
    elif core.local_date(at) > row.waits_until:
        row.state = Reward.State.LAPSED
        audit.record("referrals.reward.lapsed", row, by=by, at=at)
    if row.state == Reward.State.LAPSED or before != (row.waits, row.waits_until):
        row.save(update_fields=["waits", "waits_until", "state"])


def last_day(at: datetime) -> date:
    """Until when a reward waits that is to be given from now on."""
    return core.local_date(at) + timedelta(days=queries.policy().wait_days)


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
