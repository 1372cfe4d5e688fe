"""Reads of contacts and consents, for one viewer; set-wise ones for the system's runs."""

from regulars.server.channels.queries.consents import (
    consent_history,
    standing_consents,
    standings,
    standings_of,
    wording,
    wordings,
)
from regulars.server.channels.queries.contacts import (
    ScoredTouch,
    last_interactions,
    last_words,
    touches,
    touches_for_scoring,
)

__all__ = [
    "ScoredTouch",
    "consent_history",
    "last_interactions",
    "last_words",
    "standing_consents",
    "standings",
    "standings_of",
    "touches",
    "touches_for_scoring",
    "wording",
    "wordings",
]
