"""Clocks, who may handle a case, what an answer must say, figures. Pure."""

from regulars.server.complaints.rules.answer import ROUTES, lacking
from regulars.server.complaints.rules.clock import (
    CLOCKS,
    Clock,
    Due,
    Step,
    later,
    next_clock,
)
from regulars.server.complaints.rules.fairness import Bar, barred
from regulars.server.complaints.rules.figures import Rate, Timed, median
from regulars.server.complaints.rules.lists import CAUSES, TYPES
from regulars.server.complaints.rules.policy import COMPLEX, EXTENSION, LEVELS, SIMPLE, Policy

__all__ = [
    "CAUSES",
    "CLOCKS",
    "COMPLEX",
    "EXTENSION",
    "LEVELS",
    "ROUTES",
    "SIMPLE",
    "TYPES",
    "Bar",
    "Clock",
    "Due",
    "Policy",
    "Rate",
    "Step",
    "Timed",
    "barred",
    "lacking",
    "later",
    "median",
    "next_clock",
]
