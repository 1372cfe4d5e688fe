"""What a contact is about, as far as its reasons tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.server.care.rules.shape import Priority, Trigger

# Reasons whose class says too little.
NAMED = {
    "complaint_opened": "complaint",
    "complaint_closed": "complaint",
    "complaint_due": "complaint",
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


def topic(triggers: Sequence[str], known: Mapping[str, Trigger]) -> str:
    """The topic of the strongest of some reasons; nothing where there is none."""
    codes = [code for code in triggers if code in known]
    if not codes:
        return ""
    first = min(codes, key=lambda code: known[code].priority)
    return NAMED.get(first) or BY_CLASS[known[first].priority]
