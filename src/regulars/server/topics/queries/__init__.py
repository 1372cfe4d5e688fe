"""Reads of topics; everybody who works here may read them, customers only those in scope."""

from regulars.server.topics.queries.due import STANDS, work
from regulars.server.topics.queries.figures import OF, Figures, behind, figures
from regulars.server.topics.queries.lists import (
    SHOWS,
    after,
    counts,
    may_approve,
    may_lead,
    needing,
    one,
    planned,
    shown,
)
from regulars.server.topics.queries.outcome import Outcome, outcome, segments_to_choose, talks

__all__ = [
    "OF",
    "SHOWS",
    "STANDS",
    "Figures",
    "Outcome",
    "after",
    "behind",
    "counts",
    "figures",
    "may_approve",
    "may_lead",
    "needing",
    "one",
    "outcome",
    "planned",
    "segments_to_choose",
    "shown",
    "talks",
    "work",
]
