"""What is news. A state speaks when somebody comes into it, and a wave does not drown a list.

After a first import everybody who has idled for years is found at once, and after a new rule
of tiers a third of a book changes its tier. That is old news, or news of the data. So:

- Of what holds on (`is_state`) only coming into it is news. Who was in it on the trigger's
  first morning is known and silent until they leave and come again.
- Where more of one list turn at once than a few, and more than a tenth of it, the data turned
  and not the customers: the best by expected gain speak, the others are known and silent.
- On the first morning of all, or of a trigger, that is the case from the few on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from regulars.server.care.rules.detect import Reason
from regulars.server.care.rules.detectors import After, Either, Measured, Turned
from regulars.server.care.rules.shape import Trigger

# Registers of ours whose rows say what holds on.
STATES = frozenset({"idle_balance", "tier_threshold"})
# Registers whose rows may all turn at once when figures or tiers are made anew.
TURNING = frozenset({"became_dormant", "settlement_drop", "order_value_drop"})
SHARE = 0.1  # of a list


def is_state(trigger: Trigger) -> bool:
    """Whether its rows say what holds on, rather than what turned."""
    detect = trigger.detect
    if isinstance(detect, Measured):
        return not detect.edge and "was." not in detect.where
    return trigger.code in STATES


def may_flood(trigger: Trigger) -> bool:
    """Whether a change of the data alone can make it speak of many."""
    parts = trigger.detect.parts if isinstance(trigger.detect, Either) else (trigger.detect,)
    turns = any(isinstance(part, Measured | Turned) for part in parts)
    return turns or trigger.code in STATES | TURNING


def limit(wave: int, *, first: bool, listed: int) -> int:
    """How many of one list may turn at once and all be news."""
    return wave if first else max(wave, int(SHARE * listed))


def best(reasons: Sequence[Reason], most: int) -> list[Reason]:
    """Those with the highest expected gain, then stake; the same ones each time."""
    order = sorted(reasons, key=lambda r: (-r.gain, -r.stake, r.customer_id))
    return order[:most]


def begins(reason: Reason) -> date:
    """The day of a reason, or of the step of it that speaks."""
    assert reason.happens_on is not None
    after = isinstance(reason.trigger.detect, After)
    days = int(reason.facts.get("stage", 0)) if after else 0
    return reason.happens_on + timedelta(days=days)
