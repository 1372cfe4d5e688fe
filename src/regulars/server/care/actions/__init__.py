"""Every change of the work: the morning's plan, results, what is put off, what is undone."""

from regulars.server.care.actions.following import follow_customers
from regulars.server.care.actions.plan import plan
from regulars.server.care.actions.results import (
    AlreadyClosed,
    TooLate,
    record_contact,
    record_outcome,
    snooze,
    undo,
)

__all__ = [
    "AlreadyClosed",
    "TooLate",
    "follow_customers",
    "plan",
    "record_contact",
    "record_outcome",
    "snooze",
    "undo",
]
