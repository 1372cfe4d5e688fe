"""Pure rules of the work: a trigger is data, a detection is a function of one row.

row + Morning -> Reason or None          detect.py, one function per trigger
reasons of a customer -> Summary         cards.py, what stands on the card
outcome + step -> Result                 outcomes.py, what a click means
"""

from regulars.server.care.rules.cards import Summary, summarise
from regulars.server.care.rules.catalogue import TRIGGERS, Priority, Trigger
from regulars.server.care.rules.detect import Morning, Reason, Subject
from regulars.server.care.rules.outcomes import Result, resolve
from regulars.server.care.rules.policy import Policy

__all__ = [
    "TRIGGERS",
    "Morning",
    "Policy",
    "Priority",
    "Reason",
    "Result",
    "Subject",
    "Summary",
    "Trigger",
    "resolve",
    "summarise",
]
