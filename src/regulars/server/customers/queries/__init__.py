"""Reads of the customer file, as one viewer may see it."""

from regulars.server.customers.queries.file import customers, fact_keys, find, one
from regulars.server.customers.queries.graph import Network, Node, network
from regulars.server.customers.queries.stones import buried
from regulars.server.customers.queries.ties import SeenTie, tie, ties

__all__ = [
    "Network",
    "Node",
    "SeenTie",
    "buried",
    "customers",
    "fact_keys",
    "find",
    "network",
    "one",
    "tie",
    "ties",
]
