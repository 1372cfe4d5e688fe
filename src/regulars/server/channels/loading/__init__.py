"""Whole files at once: contacts, consents and lists of those who want none."""

from regulars.server.channels.loading.consents import (
    Brought,
    NoEvidence,
    Said,
    bring_consents,
)
from regulars.server.channels.loading.contacts import Arrived, load
from regulars.server.core.models import public_ids

__all__ = ["Arrived", "Brought", "NoEvidence", "Said", "bring_consents", "load", "public_ids"]
