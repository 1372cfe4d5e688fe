"""What points paid for, as the statement of a member says it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from regulars.server.loyalty.queries import Use
from regulars.server.rewards.models import Coupon


def _names(ids: Collection[str]) -> Mapping[str, str]:
    found = Coupon.objects.filter(public_id__in=ids).select_related("batch__kind")
    return {one.public_id: str(one.batch.kind) for one in found}


BOUGHT = Use(
    "coupon",
    _names,
    back=_("These points paid for a coupon. Make the coupon void, and they return."),
    where="rewards:story",
    is_told=True,
)
