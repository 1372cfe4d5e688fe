"""A reward that was not given after all, or not fetched: heard of, given again or otherwise.

Whoever refuses a gift or makes a coupon void knows nothing of referrals. The reward hears of it
afterwards and stands as not given, with the reason, until somebody who leads decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.loyalty import queries as loyalty
from regulars.server.referrals.actions import paying, points
from regulars.server.referrals.actions.checking import NotYours, may_decide
from regulars.server.referrals.actions.rewarding import last_day, reward
from regulars.server.referrals.actions.steps import held, tell
from regulars.server.referrals.actions.terms import check_side
from regulars.server.referrals.models import Referral, Reward, Step

State, Check = Referral.State, Referral.Check


@dataclass(frozen=True)
class Instead:
    """What is given instead of what the rule says."""

    way: str
    thing: str
    amount: int


@transaction.atomic
def not_given(way: str, receipt: str, *, by: Actor, at: datetime) -> bool:
    """Somebody undid what was given: the reward says so, and why. Twice does nothing."""
    row = Reward.objects.filter(way=way, receipt=receipt).select_related("referral").first()
    if row is None:
        return False
    found = held(row.referral)
    row.refresh_from_db()
    if row.state != Reward.State.GIVEN or row.receipt != receipt:
        return False
    why = paying.undone(row)
    if not why:
        return False
    row.state, row.reversed_at, row.waits = Reward.State.WITHHELD, at, why[:200]
    row.save(update_fields=["state", "reversed_at", "waits"])
    tell(found, Step.What.WITHHELD, by=by, at=at, words=row.waiting)
    audit.record("referrals.reward.withheld", row, by=by, at=at, side=row.side)
    return True


@transaction.atomic
def give_again(
    row: Reward, *, words: str, by: Person, at: datetime, instead: Instead | None = None
) -> bool:
    """Give a reward that was not given or not fetched, or something else; tells whether it is.

    What cannot be given now waits as any reward does.

    :raises NotYours: it is about a customer of their own, or they do not lead.
    :raises Refused: there is nothing to give again.
    :raises BadInput: nobody says why, or it may not be given.
    """
    found, row = _open(row, words, by=by)
    with scope.beyond():
        if instead is not None:
            _check(found, row, instead)
            row.way, row.thing, row.amount = instead.way, instead.thing, instead.amount
        row.state, row.waits, row.waits_until = Reward.State.DUE, "", last_day(at)
        row.receipt, row.given_at = "", None
        row.save()
        found.state, found.settled_at, found.settled = State.CUSTOMER, None, ""
        found.save(update_fields=["state", "settled_at", "settled"])
        tell(found, Step.What.AGAIN, by=by, at=at, words=words)
        audit.record("referrals.reward.again", row, by=by, at=at, side=row.side)
        reward(found, by=by, at=at)
        row.refresh_from_db()
    return row.state == Reward.State.GIVEN


@transaction.atomic
def leave(row: Reward, *, words: str, by: Person, at: datetime) -> None:
    """Nothing is given in its place: it stays taken back. The same errors as `give_again`."""
    found, row = _open(row, words, by=by)
    row.state, row.reversed_at = Reward.State.REVERSED, at
    row.save(update_fields=["state", "reversed_at"])
    tell(found, Step.What.DECIDED, by=by, at=at, words=words)
    audit.record("referrals.reward.reversed", row, by=by, at=at)


def may_give_again(referral: Referral, row: Reward, person: Person) -> bool:
    """Whether a person may decide on a reward that was not given or not fetched."""
    return _is_open(referral, row) and may_decide(referral, person)


def _is_open(referral: Referral, row: Reward) -> bool:
    stands = referral.state in {State.CUSTOMER, State.REWARDED}
    decided = referral.check_state not in {Check.OPEN, Check.UPHELD}
    return stands and decided and row.state in Reward.OPEN_AGAIN


def _open(row: Reward, words: str, *, by: Person) -> tuple[Referral, Reward]:
    """Both rows, held: who comes second finds it decided."""
    if not words.strip():
        raise BadInput(_("Say why, so that others understand it later."))
    with scope.beyond():
        found = held(row.referral)
        row = Reward.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not _is_open(found, row):
        raise Refused(_("There is nothing to decide here any more."))
    if not may_decide(found, by):
        raise NotYours(_("Somebody who leads, and did not bring it in, decides on it."))
    row.referral = found
    return found, row


def _check(found: Referral, row: Reward, instead: Instead) -> None:
    """What a rule may not give nobody gives; many points are a matter for two."""
    terms = found.terms
    told = {
        f"{row.side}_way": instead.way, f"{row.side}_thing": instead.thing,
        f"{row.side}_amount": instead.amount, "event": terms.event if terms else "",
        "products": terms.products if terms else [],
    }  # fmt: skip
    check_side(told, row.side)
    if not instead.way or not instead.amount:
        raise BadInput(_("Say what is given."))
    promised = row.amount if row.way == points.CODE else 0
    programme = loyalty.programme()
    limit = max(promised, programme.approval_from - 1 if programme else 0)
    if instead.way == points.CODE and instead.amount > limit:
        told_ = _("So many points are moved on the customer's page, where two agree: %(n)s.")
        raise BadInput(told_ % {"n": instead.amount})
