"""Reads of the customer file, as one viewer may see it."""

from regulars.server.customers.queries.documents import (
    document,
    documents,
    kept_at,
    path_of,
)
from regulars.server.customers.queries.file import customers, fact_keys, find, one
from regulars.server.customers.queries.graph import Network, Node, network
from regulars.server.customers.queries.households import (
    Proposal,
    SeenHousehold,
    household,
    household_of,
    proposals,
)
from regulars.server.customers.queries.life import (
    hints,
    life_event,
    life_events,
)
from regulars.server.customers.queries.preferences import (
    preference,
    preferences,
    used_tags,
)
from regulars.server.customers.queries.stones import (
    anybody_buried,
    buried,
    buried_ids,
    known_by,
)
from regulars.server.customers.queries.ties import SeenTie, tie, ties

__all__ = [
    "Network",
    "Node",
    "Proposal",
    "SeenHousehold",
    "SeenTie",
    "anybody_buried",
    "buried",
    "buried_ids",
    "customers",
    "document",
    "documents",
    "fact_keys",
    "find",
    "hints",
    "household",
    "household_of",
    "kept_at",
    "known_by",
    "life_event",
    "life_events",
    "network",
    "one",
    "path_of",
    "preference",
    "preferences",
    "proposals",
    "tie",
    "ties",
    "used_tags",
]
