"""Detection: one function per trigger, from a row and the morning to a reason or None.

The queries that feed these functions only narrow the rows down; what decides is here.
A reason's key is trigger + customer + cycle. `series` is the part of the cycle that stays
when a reason moves to its next reminder (the holding, whatever the stage).
"""

from regulars.server.care.rules.detect.files import FileState, file_work, quarter_of
from regulars.server.care.rules.detect.money import (
    OUTFLOW_QUIET_DAYS,
    Maturing,
    Movement,
    deposit_maturity,
    large_outflow,
)
from regulars.server.care.rules.detect.people import (
    LifeAction,
    birthday,
    contact_overdue,
    life_event,
    promise_due,
)
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.detect.standing import Standing, became_dormant, tier_threshold

__all__ = [
    "OUTFLOW_QUIET_DAYS",
    "FileState",
    "LifeAction",
    "Maturing",
    "Morning",
    "Movement",
    "Reason",
    "Standing",
    "Subject",
    "became_dormant",
    "birthday",
    "contact_overdue",
    "deposit_maturity",
    "file_work",
    "large_outflow",
    "life_event",
    "promise_due",
    "quarter_of",
    "tier_threshold",
]
