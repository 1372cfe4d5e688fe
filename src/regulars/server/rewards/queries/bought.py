"""What points paid for, as the statement of a member says it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from regulars.server.loyalty.queries import Use
from regulars.server.rewards.models import Coupon, Present


def _coupons(ids: Collection[str]) -> Mapping[str, str]:
    found = Coupon.objects.filter(public_id__in=ids).select_related("batch__kind")
    return {one.public_id: str(one.batch.kind) for one in found}


def _gifts(ids: Collection[str]) -> Mapping[str, str]:
    found = Present.objects.filter(public_id__in=ids).select_related("gift")
    return {one.public_id: str(one.gift) for one in found}


COUPON_BOUGHT = Use(
    "coupon",
    _coupons,
    back=_("These points paid for a coupon. Make the coupon void, and they return."),
    where="rewards:story",
    is_told=True,
)
GIFT_BOUGHT = Use(
    "present",
    _gifts,
    back=_("These points paid for a gift. Withdraw it or say that it came back: they return."),
    where="rewards:story",
    is_told=True,
)
