"""What a contact is about, as far as its reasons tell."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.shape import Priority

# Reasons whose class says too little.
NAMED = {
    "complaint_opened": "complaint",
    "complaint_closed": "complaint",
    "contact_overdue": "contact",
    "exec_visit_due": "contact",
    "file_incomplete": "contact",
    "head_visit_due": "contact",
    "profile_stale": "contact",
    "rank_contact_due": "contact",
    "review_due": "review",
    "stage_entered": "contact",
    "visit_due": "contact",
}
BY_CLASS = {
    Priority.PROMISE: "contact",
    Priority.LOSS: "contact",
    Priority.MATURITY: "renewal",
    Priority.GROWTH: "opportunity",
    Priority.CARE: "greeting",
}


def topic(triggers: Sequence[str]) -> str:
    """The topic of the strongest of some reasons; nothing where there is none."""
    known = [code for code in triggers if code in TRIGGERS]
    if not known:
        return ""
    first = min(known, key=lambda code: TRIGGERS[code].priority)
    return NAMED.get(first) or BY_CLASS[TRIGGERS[first].priority]
