"""Reads of contacts, consents and policy: for a viewer, and set-wise for the system's runs."""

from regulars.server.channels.queries.consents import (
    Stands,
    consent_history,
    latest,
    notices,
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
from regulars.server.channels.queries.packs import (
    pack,
    pack_for,
    packs,
    policy,
    policy_versions,
)
from regulars.server.channels.queries.policy import (
    context,
    decisions,
    keys_of,
    known_keys,
    list_secret,
    suppression,
    suppressions,
    zone_of,
)

__all__ = [
    "ScoredTouch",
    "Stands",
    "consent_history",
    "context",
    "decisions",
    "keys_of",
    "known_keys",
    "last_interactions",
    "last_words",
    "latest",
    "list_secret",
    "notices",
    "pack",
    "pack_for",
    "packs",
    "policy",
    "policy_versions",
    "standing_consents",
    "standings",
    "standings_of",
    "suppression",
    "suppressions",
    "touches",
    "touches_for_scoring",
    "wording",
    "wordings",
    "zone_of",
]
