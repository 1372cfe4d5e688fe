"""What becomes of coupons, gifts and privileges at a merge, in a copy, at an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from regulars.server.core.audit import Actor
from regulars.server.core.custody import BLANKED, Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Coupon, Present, Use


def _erased(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    """What could still be redeemed is void; signatures are deleted."""
    return {
        "rewards.coupons": actions.erase(customer_id, by=by, at=at),
        "rewards.signatures": actions.erase_signatures(customer_id),
    }


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Coupon,
        title=_("Coupons"),
        copied=("code", "state", "source", "issued_on", "expires_on", "ended_at"),
        erased=BLANKED,
        blanked={"ended_because": ""},
        because=_("What coupons cost stays in the sums; nobody is recognised in it."),
    ),
    Rows(
        Present,
        title=_("Gifts received"),
        copied=("occasion", "reason", "state", "asked_on", "handed_at", "received_at"),
        erased=BLANKED,
        blanked={"reason": "—", "note": "", "returned_because": ""},
        because=_("What gifts cost stays in the sums; the reason is taken out."),
    ),
    Rows(
        Use,
        title=_("Privileges used"),
        copied=("code", "used_on", "note", "undone_at"),
        erased=BLANKED,
        blanked={"note": ""},
        because=_("What privileges cost stays in the sums; notes are taken out."),
    ),
    Duty("rewards.undoings", copy=queries.taken_back),
    Duty("rewards.signatures", copy=queries.signed, erase=_erased),
)

PERIODS = (
    DataClass(
        "rewards.signatures",
        title=_("Signatures for gifts"),
        about=_("What customers drew or typed when a gift was handed over."),
        days=1_095,
        reason=_("They prove the hand-over; three years are the time to claim it was none."),
        older=queries.old_signatures,
        drop=actions.drop_signatures,
    ),
    DataClass(
        "rewards.coupons",
        title=_("Whose coupons were that are over"),
        about=_("Redeemed, expired and void coupons: code and cost stay, the customer goes."),
        days=1_825,
        reason=_("Five years, as long as the books may ask what was given to whom."),
        older=queries.old_coupons,
        drop=actions.drop_owners,
    ),
)
