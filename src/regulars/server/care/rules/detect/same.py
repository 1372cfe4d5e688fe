"""Reasons that say the same thing of one customer on one day: one of them stands.

What stands is what says more: the step of a trade before the general one, a playbook before
both, and what also raises an alert before what does not. Two reasons that lie close but ask for
different words (a low survey and a complaint, money that left and a mean that fell) both stand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.reasons import Reason

ENTERED = (catalogue.STAGE_ENTERED.code, catalogue.STAGE_OFFERED.code)
# Reasons that the very step into a stage makes: its treatment says whose they are and how.
# Of several the first stands; the entry itself is not told beside them.
SAME: Mapping[str, tuple[str, ...]] = {
    "new": ("new_account", "first_purchase"),
    "at_risk": ("churn_risk_up",),
    "dormant": ("became_dormant",),
    "reactivated": ("reactivated",),
}
STAGE = "stage:"
BEGINNINGS = (
    *("playbook_step", "new_account", "delivery_followup", "contract_signed"),
    *("new_policy_callback", "post_purchase"),
)
# What falls silent beside which others. A treatment is named by its stage.
SILENT: Mapping[str, tuple[str, ...]] = {
    # Thanks, and whether all is well, after a first purchase.
    "stage:new": (*BEGINNINGS, "first_purchase", "welcome"),
    "first_purchase": BEGINNINGS,
    # May leave: a risk that rose, for a good customer a spend that halved.
    "stage:at_risk": ("churn_risk_up",),
    "vip_spend_drop": ("churn_risk_up",),
    # Has gone quiet.
    "stage:dormant": ("became_dormant", "winback"),
    "stage:lost": ("winback",),
    "winback": ("became_dormant",),
    "workshop_lost": ("became_dormant",),
    "second_purchase": ("winback", "became_dormant"),
    # Is back.
    "stage:reactivated": ("reactivated",),
    # Who looks after them is new: an orphaned policy is told by its own rule.
    "owner_changed": ("orphan_policy",),
    # The next tier is near: with the amount that is missing, where that is known.
    "tier_threshold": ("tier_gap_amount",),
}


def name_of(trigger: str, cycle: str) -> str:
    """What a reason is called here: its trigger, or the stage that was entered."""
    return f"{STAGE}{cycle.partition(':')[0]}" if trigger in ENTERED else trigger


def is_silent(reason: Reason, said: Collection[tuple[int, str]]) -> bool:
    """Whether one of these, customers and names, says the same and more."""
    louder = SILENT.get(name_of(reason.trigger.code, reason.cycle), ())
    return any((reason.customer_id, name) in said for name in louder)


def merged(reasons: Sequence[Reason]) -> list[Reason]:
    """Leave out what others of the same morning say as well."""
    said = {(r.customer_id, name_of(r.trigger.code, r.cycle)) for r in reasons}
    return [reason for reason in reasons if not is_silent(reason, said)]


def louder(reasons: Sequence[Reason]) -> set[tuple[str, int]]:
    """Triggers and customers whose open tasks may silence one of these."""
    return {
        (name, reason.customer_id)
        for reason in reasons
        for name in SILENT.get(name_of(reason.trigger.code, reason.cycle), ())
    }
