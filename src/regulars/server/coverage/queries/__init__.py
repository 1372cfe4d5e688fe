"""Reads of coverage, channels, closeness and hours; for one viewer."""

from regulars.server.coverage.queries.answers import Asked, answers_to, asked_questions
from regulars.server.coverage.queries.contacts import Mix, mixes, touches
from regulars.server.coverage.queries.ground import Ground, ground, places
from regulars.server.coverage.queries.hours import Tiered, by_tier
from regulars.server.coverage.queries.reached import Reached, behind, reached
from regulars.server.coverage.queries.relations import Known, Split, people, splits
from regulars.server.coverage.queries.work import PAGE, Lag, Row, Sum, lags, rows, sums

__all__ = [
    "PAGE",
    "Asked",
    "Ground",
    "Known",
    "Lag",
    "Mix",
    "Reached",
    "Row",
    "Split",
    "Sum",
    "Tiered",
    "answers_to",
    "asked_questions",
    "behind",
    "by_tier",
    "ground",
    "lags",
    "mixes",
    "people",
    "places",
    "reached",
    "rows",
    "splits",
    "sums",
    "touches",
]
