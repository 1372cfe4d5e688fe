"""Records of benefits. What must hold under any concurrency stands in migrations/0002."""

from regulars.server.rewards.models.coupons import (
    Batch,
    Coupon,
    CouponKind,
    CouponQuerySet,
    Redemption,
    RedemptionQuerySet,
    Undoing,
)
from regulars.server.rewards.models.gifts import (
    MOST,
    Gift,
    Present,
    PresentQuerySet,
    Signature,
    Stock,
    StockMove,
)
from regulars.server.rewards.models.privileges import Privilege, Use, UseQuerySet
from regulars.server.rewards.models.settings import Condition, Policy

__all__ = [
    "MOST",
    "Batch",
    "Condition",
    "Coupon",
    "CouponKind",
    "CouponQuerySet",
    "Gift",
    "Policy",
    "Present",
    "PresentQuerySet",
    "Privilege",
    "Redemption",
    "RedemptionQuerySet",
    "Signature",
    "Stock",
    "StockMove",
    "Undoing",
    "Use",
    "UseQuerySet",
]
