"""Contacts, what the customer agreed to, and the rules under which a company asks."""

from regulars.server.channels.models.consents import Consent, ConsentQuerySet, Wording
from regulars.server.channels.models.contacts import NEXT_STEPS, Touch, TouchQuerySet

__all__ = ["NEXT_STEPS", "Consent", "ConsentQuerySet", "Touch", "TouchQuerySet", "Wording"]
