"""What waits, the counter, terms, one customer's benefits, and what all of it costs."""

from regulars.server.rewards.views.costs import behind, costs, export
from regulars.server.rewards.views.coupons import (
    batch,
    change_kind,
    close_batch,
    codes,
    coupons,
    end_kind,
    many,
    new_batch,
    new_kind,
    void,
)
from regulars.server.rewards.views.customers import ask, give_coupon, story, undo, use
from regulars.server.rewards.views.desk import counter, index, settings, take_back
from regulars.server.rewards.views.gifts import (
    approve,
    change_gift,
    gift,
    gifts,
    hand,
    new_gift,
    present,
    refuse,
    stock,
    withdraw,
)
from regulars.server.rewards.views.privileges import (
    change_privilege,
    end_privilege,
    new_privilege,
    privileges,
)

__all__ = [
    "approve",
    "ask",
    "batch",
    "behind",
    "change_gift",
    "change_kind",
    "change_privilege",
    "close_batch",
    "codes",
    "costs",
    "counter",
    "coupons",
    "end_kind",
    "end_privilege",
    "export",
    "gift",
    "gifts",
    "give_coupon",
    "hand",
    "index",
    "many",
    "new_batch",
    "new_gift",
    "new_kind",
    "new_privilege",
    "present",
    "privileges",
    "refuse",
    "settings",
    "stock",
    "story",
    "take_back",
    "undo",
    "use",
    "void",
    "withdraw",
]
