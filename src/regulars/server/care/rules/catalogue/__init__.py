"""The triggers as data: what each is called, how it is found, how urgent it is, what to say.

One file per trade. A new trigger is an entry there: if one of the kinds of `detectors` finds
it, nothing else is to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from regulars.server.care.rules.catalogue import (
    auto,
    b2b,
    bank,
    corporate,
    estate,
    insurance,
    retail,
    universal,
)
from regulars.server.care.rules.catalogue.b2b.accounts import ORDER_VALUE_DROP
from regulars.server.care.rules.catalogue.b2b.contracts import (
    CONTRACT_RENEWAL,
    INVOICE_OVERDUE,
    JOINT_PLAN,
    QBR_DUE,
    QUOTE_EXPIRING,
)
from regulars.server.care.rules.catalogue.bank.money import (
    DEPOSIT_MATURITY,
    IDLE_BALANCE,
    LARGE_INFLOW,
    LARGE_OUTFLOW,
)
from regulars.server.care.rules.catalogue.bank.pay import (
    PAYROLL_FIRST,
    PAYROLL_FLIGHT,
    PAYROLL_STOPPED,
)
from regulars.server.care.rules.catalogue.corporate import (
    CORP_LARGE_MOVEMENT,
    EXEC_VISIT,
    HEAD_VISIT,
    SETTLEMENT_DROP,
)
from regulars.server.care.rules.catalogue.retail.buying import REPLENISHMENT, SECOND_PURCHASE
from regulars.server.care.rules.catalogue.retail.members import TIER_GAP_AMOUNT
from regulars.server.care.rules.catalogue.universal.care import (
    BIRTHDAY,
    CARE_PLAN,
    CONTACT_OVERDUE,
    FESTIVAL,
    FILE_INCOMPLETE,
    FILE_STALE,
    LIFE_EVENT,
    OWNER_CHANGED,
    PROMISE_DUE,
)
from regulars.server.care.rules.catalogue.universal.sales import ANSWER_LOW, PLAYBOOK_STEP
from regulars.server.care.rules.catalogue.universal.standard import (
    RANK_CONTACT,
    REVIEW_DUE,
    STAGE_ENTERED,
    STAGE_OFFERED,
    VISIT_DUE,
)
from regulars.server.care.rules.catalogue.universal.standing import (
    BECAME_DORMANT,
    TIER_THRESHOLD,
    TIER_WATCH,
)
from regulars.server.care.rules.catalogue.universal.voice import COMPLAINT_OPENED
from regulars.server.care.rules.shape import Priority, Text, Trigger

PACKS = (universal, bank, corporate, insurance, auto, estate, retail, b2b)
TRIGGERS: Mapping[str, Trigger] = {
    trigger.code: trigger for pack in PACKS for trigger in pack.TRIGGERS
}

__all__ = [
    "ANSWER_LOW",
    "BECAME_DORMANT",
    "BIRTHDAY",
    "CARE_PLAN",
    "COMPLAINT_OPENED",
    "CONTACT_OVERDUE",
    "CONTRACT_RENEWAL",
    "CORP_LARGE_MOVEMENT",
    "DEPOSIT_MATURITY",
    "EXEC_VISIT",
    "FESTIVAL",
    "FILE_INCOMPLETE",
    "FILE_STALE",
    "HEAD_VISIT",
    "IDLE_BALANCE",
    "INVOICE_OVERDUE",
    "JOINT_PLAN",
    "LARGE_INFLOW",
    "LARGE_OUTFLOW",
    "LIFE_EVENT",
    "ORDER_VALUE_DROP",
    "OWNER_CHANGED",
    "PAYROLL_FIRST",
    "PAYROLL_FLIGHT",
    "PAYROLL_STOPPED",
    "PLAYBOOK_STEP",
    "PROMISE_DUE",
    "QBR_DUE",
    "QUOTE_EXPIRING",
    "RANK_CONTACT",
    "REPLENISHMENT",
    "REVIEW_DUE",
    "SECOND_PURCHASE",
    "SETTLEMENT_DROP",
    "STAGE_ENTERED",
    "STAGE_OFFERED",
    "TIER_GAP_AMOUNT",
    "TIER_THRESHOLD",
    "TIER_WATCH",
    "TRIGGERS",
    "VISIT_DUE",
    "Priority",
    "Text",
    "Trigger",
    "about",
]


def about(triggers: Iterable[str], known: Mapping[str, Trigger]) -> str:
    """What a contact for these reasons is for: service, unless one of them is marketing.

    Service counts in no cap. Without a reason nobody knows, and the contact counts.
    """
    kinds = {known[code].marketing for code in triggers if code in known}
    if not kinds:
        return ""
    return "marketing" if True in kinds else "service"
