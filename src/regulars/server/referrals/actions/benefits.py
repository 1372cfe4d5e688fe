"""A coupon or a gift as a thank-you, through the doors of the benefits.

A batch that is empty or closed loses nobody's coupon: one of another batch of the same kind is
given as soon as there is one. A gift comes from the shelf of the branch that looks after the
customer, and waits until some lie there.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from regulars.base.errors import BadInput
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.referrals import queries
from regulars.server.referrals.actions.paying import NotYet, Way
from regulars.server.referrals.models import Reward
from regulars.server.rewards import actions as rewards
from regulars.server.rewards.models import Batch, Coupon, Gift, Present

Why = Reward.Why
REASON = gettext_lazy("Thanks for a referral")


def _give_coupon(
    customer: Customer, amount: int, *, thing: str, key: str, ref: str, by: Actor, at: datetime
) -> str:
    """The next code of the batch, or of another one of its kind."""
    if stands := Coupon.objects.filter(key=key).first():
        return stands.public_id
    named = Batch.objects.select_related("kind").filter(public_id=thing).first()
    if named is None:
        raise NotYet(Why.WITHDRAWN)
    try:
        for batch in _batches(named):
            try:
                return _issued(batch, customer, key=key, by=by, at=at)
            except (rewards.SoldOut, rewards.NotOffered):
                continue
    except rewards.HasOne as error:
        raise NotYet(Why.HAS_ENOUGH) from error
    except rewards.NotACustomer as error:
        raise NotYet(Why.NO_CUSTOMER) from error
    except rewards.Forbidden as error:
        raise NotYet(Why.FORBIDDEN) from error
    raise NotYet(Why.SOLD_OUT)


def _issued(batch: Batch, customer: Customer, *, key: str, by: Actor, at: datetime) -> str:
    source = Coupon.Source.THANKS
    return rewards.issue(batch, customer, key=key, by=by, at=at, source=source).public_id


def _take_coupon(receipt: str, *, key: str, by: Actor, at: datetime) -> str:
    """One that was not redeemed is void; one that is over already needs nothing."""
    found = Coupon.objects.select_for_update(of=("self",)).filter(public_id=receipt).first()
    if found is None or found.state in {Coupon.State.EXPIRED, Coupon.State.VOID}:
        return ""
    if found.state == Coupon.State.REDEEMED:
        return Why.REDEEMED
    rewards.void(found, reason=_("The referral is not valid."), by=by, at=at)
    return ""


def _undone_coupon(receipt: str) -> str:
    found = Coupon.objects.filter(public_id=receipt, state=Coupon.State.VOID).first()
    return (found.ended_because or str(Why.DROPPED)) if found else ""


def _check_coupon(thing: str) -> None:
    """:raises BadInput: nothing of it is issued. :raises Forbidden: a bank may not give it."""
    batch = Batch.objects.select_related("kind").filter(public_id=thing).first()
    closed = batch is None or batch.closed_at is not None or batch.is_bearer
    if batch is None or closed or batch.kind.points or batch.issued >= batch.made:
        raise BadInput(_("Choose a batch of which coupons are issued to customers."))
    rewards.check_condition(batch.kind.condition)


def _batches(named: Batch) -> list[Batch]:
    """The batch that was promised, then others of its kind that have codes left."""
    others = Batch.objects.select_related("kind").filter(
        kind__code=named.kind.code, kind__points__isnull=True, closed_at__isnull=True,
        is_bearer=False, issued__lt=F("made"),
    )  # fmt: skip
    return [named, *others.exclude(pk=named.pk).order_by("pk")]


def _give_gift(
    customer: Customer, amount: int, *, thing: str, key: str, ref: str, by: Actor, at: datetime
) -> str:
    """One is set aside where the customer is looked after; its hand-over is a card on Today."""
    if stands := Present.objects.filter(key=key).first():
        return stands.public_id
    gift = Gift.objects.filter(public_id=thing).first()
    if gift is None or not gift.is_offered:
        raise NotYet(Why.WITHDRAWN)
    try:
        with override("zh-hans"):
            reason = str(REASON)
        made = rewards.ask(
            customer, gift, place=customer.book.org_unit, occasion=Present.Occasion.THANKS,
            reason=reason, key=key, by=by, at=at,
        )  # fmt: skip
    except rewards.NoneLeft as error:
        raise NotYet(Why.NONE_LEFT) from error
    except rewards.TooMany as error:
        raise NotYet(Why.HAS_ENOUGH) from error
    except rewards.NotACustomer as error:
        raise NotYet(Why.NO_CUSTOMER) from error
    except rewards.Forbidden as error:
        raise NotYet(Why.FORBIDDEN) from error
    return made.public_id


def _take_gift(receipt: str, *, key: str, by: Actor, at: datetime) -> str:
    """One that was not handed over goes back on its shelf."""
    found = Present.objects.select_for_update(of=("self",)).filter(public_id=receipt).first()
    if found is None:
        return ""
    if found.state in {Present.State.HANDED, Present.State.RECEIVED}:
        return Why.HANDED
    if found.state in {Present.State.WAITING, Present.State.APPROVED}:
        rewards.withdraw(found, by=by, at=at)
    return ""


def _undone_gift(receipt: str) -> str:
    found = Present.objects.filter(public_id=receipt).first()
    if found is None or found.state in Present.LIVE:
        return ""
    return found.note or found.returned_because or str(Why.DROPPED)


def _check_gift(thing: str) -> None:
    """:raises BadInput: it is not offered. :raises Forbidden: a bank may not give it."""
    gift = Gift.objects.filter(public_id=thing, is_offered=True).first()
    if gift is None:
        raise BadInput(_("Choose a gift that is offered."))
    rewards.check_condition(gift.condition)


COUPON = Way(
    "coupon",
    gettext_lazy("Coupon"),
    pgettext_lazy("unit of a reward", "coupons"),
    tangible=True,
    give=_give_coupon,
    take_back=_take_coupon,
    things=queries.batches,
    check=_check_coupon,
    says=queries.say_coupon,
    stands=queries.stands_coupon,
    undone=_undone_coupon,
)
GIFT = Way(
    "gift",
    gettext_lazy("Gift"),
    pgettext_lazy("unit of a reward", "gifts"),
    tangible=True,
    give=_give_gift,
    take_back=_take_gift,
    things=queries.gifts,
    check=_check_gift,
    says=queries.say_gift,
    stands=queries.stands_gift,
    undone=_undone_gift,
)
