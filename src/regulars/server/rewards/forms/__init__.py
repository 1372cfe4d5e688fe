"""What people type about coupons, gifts, privileges and the settings."""

from regulars.server.rewards.forms.coupons import (
    BatchForm,
    CloseForm,
    CounterForm,
    CouponForm,
    KindForm,
    ManyForm,
    ReasonForm,
)
from regulars.server.rewards.forms.giving import (
    AskForm,
    BackForm,
    GiftForm,
    HandForm,
    PolicyForm,
    PrivilegeForm,
    StockForm,
    UseForm,
)

__all__ = [
    "AskForm",
    "BackForm",
    "BatchForm",
    "CloseForm",
    "CounterForm",
    "CouponForm",
    "GiftForm",
    "HandForm",
    "KindForm",
    "ManyForm",
    "PolicyForm",
    "PrivilegeForm",
    "ReasonForm",
    "StockForm",
    "UseForm",
]
