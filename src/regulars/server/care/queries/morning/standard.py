"""Visits, reviews and contacts of ranks that the service standard asks for, by trigger."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.rules.catalogue import (
    EXEC_VISIT,
    HEAD_VISIT,
    QBR_DUE,
    RANK_CONTACT,
    REVIEW_DUE,
    VISIT_DUE,
)
from regulars.server.standards import queries as standards
from regulars.server.standards.rules import ORGANIZATION, Doer, Purpose, Rhythm

OF = {
    Purpose.VISIT: VISIT_DUE.code,
    Purpose.REVIEW: REVIEW_DUE.code,
    Purpose.CONTACT: RANK_CONTACT.code,
}
# Visits of ranks to organisations have reasons of their own where a company wants them.
RANKS = {Doer.LEADER: EXEC_VISIT, Doer.MANAGER: HEAD_VISIT}
OWED = (*OF.values(), *(trigger.code for trigger in RANKS.values()))


def owed(code: str) -> Callable[[Sight], Sequence[standards.Duty]]:
    """Read the duties that one trigger tells of."""

    def read(sight: Sight) -> list[standards.Duty]:
        return [duty for duty in sight.duties if _told_by(duty, sight) == code]

    return read


def _told_by(duty: standards.Duty, sight: Sight) -> str:
    """Which trigger tells of a duty; "" where another one does already."""
    policy, line = sight.morning.policy, duty.line
    if duty.kind == ORGANIZATION:
        rank = RANKS.get(Doer(line.doer))
        if line.purpose == Purpose.VISIT and rank is not None and policy.has(rank):
            return rank.code
        quarterly = line.purpose == Purpose.REVIEW and line.rhythm == Rhythm.QUARTER
        if quarterly and policy.has(QBR_DUE):
            return ""
    return OF[Purpose(line.purpose)]
