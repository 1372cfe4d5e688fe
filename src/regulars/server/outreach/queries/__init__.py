"""Reads of what is planned, of what became of a message, of what waits for a manager."""

from regulars.server.outreach.queries.confirming import (
    count_waiting,
    decided,
    one,
    own,
    waiting,
)
from regulars.server.outreach.queries.ends import (
    laid_down,
    mailing_of,
    outcome_of,
    reached,
    senders,
    waiting_in,
)
from regulars.server.outreach.queries.planned import add, planned

__all__ = [
    "add",
    "count_waiting",
    "decided",
    "laid_down",
    "mailing_of",
    "one",
    "outcome_of",
    "own",
    "planned",
    "reached",
    "senders",
    "waiting",
    "waiting_in",
]
