"""What a contact leaves owed: a call is no visit, and a manager's visit no leader's."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.server.care.rules import catalogue
from regulars.server.standards.rules import Purpose, fulfils

CODES = tuple(
    trigger.code
    for trigger in (
        catalogue.VISIT_DUE,
        catalogue.REVIEW_DUE,
        catalogue.RANK_CONTACT,
        catalogue.EXEC_VISIT,
        catalogue.HEAD_VISIT,
    )
)
# A card that was dealt with otherwise comes back after so many working days.
AGAIN = 5


def is_met(trigger: str, facts: Mapping[str, str], **contact: str) -> bool:
    """Tell whether a contact with an answer deals with a reason.

    All but the duties of the service standard are dealt with by any contact. `contact` is
    what `standards.rules.fulfils` takes of it: channel, topic, role, beside.
    """
    if trigger not in CODES or not facts.get("purpose"):
        return True
    ways = tuple(filter(None, facts.get("ways", "").split(",")))
    return fulfils(facts["purpose"], facts.get("doer", ""), ways, **contact)


def is_review(reasons: Mapping[str, Mapping[str, str]], channel: str) -> bool:
    """Tell whether a contact for these reasons was a review: one is due, and by such a way."""
    return any(
        facts.get("purpose") == Purpose.REVIEW
        and channel in facts.get("ways", channel).split(",")
        for facts in reasons.values()
    )
