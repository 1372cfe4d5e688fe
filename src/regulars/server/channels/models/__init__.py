"""Contacts, what the customer agreed to, and the rules under which a company asks."""

from regulars.server.channels.models.consents import Consent, ConsentQuerySet, Wording
from regulars.server.channels.models.contacts import NEXT_STEPS, Touch, TouchQuerySet
from regulars.server.channels.models.policy import (
    Decision,
    DecisionQuerySet,
    MarketingHold,
    PolicyVersion,
    Suppression,
)

__all__ = [
    "NEXT_STEPS",
    "Consent",
    "ConsentQuerySet",
    "Decision",
    "DecisionQuerySet",
    "MarketingHold",
    "PolicyVersion",
    "Suppression",
    "Touch",
    "TouchQuerySet",
    "Wording",
]
