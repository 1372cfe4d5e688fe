"""What does not wait for the next morning: facts whose trigger says the same day."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Booked, Event
from regulars.server.care.rules.shape import Priority, Trigger

# Money that moved, where balances come during the day: a register of ours.
MOVED = frozenset({"large_outflow", "large_inflow", "corp_large_movement"})
# A friend who left a name waits for a call within 24 hours, not for the next morning's list.
WAITS = frozenset({"referral_received"})
# Clocks of a register above run during the day, and news is told on its own.
LAID = frozenset({"complaint_due", "topic_talk", "campaign_call"})


def is_live(trigger: Trigger) -> bool:
    """Whether it speaks on the day itself: a complaint, a friend, money, what is due today."""
    detect = trigger.detect
    if trigger.code in MOVED | WAITS | LAID:
        return True
    if not isinstance(detect, After) or not isinstance(detect.source, Event | Booked):
        return False
    same_day = trigger.deadline == 0 or trigger.priority == Priority.PROMISE
    return same_day and min(detect.steps) <= 0
