"""Reads of promises, and how often they are kept; for one viewer or for the system."""

from regulars.server.promises.queries.ledger import (
    PAGE,
    Group,
    Owing,
    due,
    grouped,
    kept_of,
    listed,
    of_contact,
    of_customer,
    one,
    owners_of,
    pressing,
    tallies,
    waiting,
)
from regulars.server.promises.queries.rates import SPANS, Line, Rates, rates, rows

__all__ = [
    "PAGE",
    "SPANS",
    "Group",
    "Line",
    "Owing",
    "Rates",
    "due",
    "grouped",
    "kept_of",
    "listed",
    "of_contact",
    "of_customer",
    "one",
    "owners_of",
    "pressing",
    "rates",
    "rows",
    "tallies",
    "waiting",
]
