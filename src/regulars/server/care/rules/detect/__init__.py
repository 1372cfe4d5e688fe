"""Detection: one function per trigger, from a row and the morning to a reason or None.

The queries that feed these functions only narrow the rows down; what decides is here.
A reason's key is trigger + customer + cycle. `series` is the part of the cycle that stays
when a reason moves to its next reminder (the holding, whatever the stage).
"""

from regulars.server.care.rules.detect.buying import (
    replenishment,
    second_purchase,
    tier_gap_amount,
)
from regulars.server.care.rules.detect.dated import (
    Row,
    begin_of,
    end_of,
    happened,
    in_period,
    judge,
)
from regulars.server.care.rules.detect.files import FileState, file_work, quarter_of
from regulars.server.care.rules.detect.laid import Work, as_row, laid
from regulars.server.care.rules.detect.money import (
    OUTFLOW_QUIET_DAYS,
    Movement,
    corp_large_movement,
    large_inflow,
    large_outflow,
)
from regulars.server.care.rules.detect.owners import NewOwner, festival, owner_changed
from regulars.server.care.rules.detect.payroll import Pay, payroll_flight, payroll_stopped
from regulars.server.care.rules.detect.people import (
    Agreed,
    Birthday,
    LifeAction,
    Silent,
    birthday,
    contact_overdue,
    life_event,
    promise_due,
)
from regulars.server.care.rules.detect.playbooks import Bought, playbook_step, without_same
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.care.rules.detect.same import SAME, is_silent, louder, merged
from regulars.server.care.rules.detect.standard import (
    Staged,
    complaint,
    dressed,
    owed,
    stage_entered,
    stage_offered,
)
from regulars.server.care.rules.detect.standing import (
    Asleep,
    Below,
    Standing,
    became_dormant,
    tier_threshold,
    tier_watch,
)

__all__ = [
    "OUTFLOW_QUIET_DAYS",
    "SAME",
    "Agreed",
    "Asleep",
    "Below",
    "Birthday",
    "Bought",
    "FileState",
    "LifeAction",
    "Morning",
    "Movement",
    "NewOwner",
    "Pay",
    "Reason",
    "Row",
    "Silent",
    "Staged",
    "Standing",
    "Subject",
    "Work",
    "as_row",
    "became_dormant",
    "begin_of",
    "birthday",
    "complaint",
    "contact_overdue",
    "corp_large_movement",
    "dressed",
    "end_of",
    "festival",
    "file_work",
    "happened",
    "in_period",
    "is_silent",
    "judge",
    "laid",
    "large_inflow",
    "large_outflow",
    "life_event",
    "louder",
    "merged",
    "owed",
    "owner_changed",
    "payroll_flight",
    "payroll_stopped",
    "playbook_step",
    "promise_due",
    "quarter_of",
    "replenishment",
    "second_purchase",
    "stage_entered",
    "stage_offered",
    "tier_gap_amount",
    "tier_threshold",
    "tier_watch",
    "without_same",
]
