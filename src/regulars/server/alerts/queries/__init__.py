"""Reads of alerts, of the line, and of who is away; for one viewer or for the system."""

from regulars.server.alerts.queries.absences import absences, absent, away, people_of
from regulars.server.alerts.queries.line import line, lines, may_hold
from regulars.server.alerts.queries.register import (
    PAGE,
    Group,
    Shown,
    Tallies,
    alert,
    clock,
    closed,
    grouped,
    holders_of,
    of_customer,
    patience,
    pressing,
    shown,
    standing,
    steps,
    tallies,
)
from regulars.server.alerts.queries.wording import Reader, kinds, level_names, words

__all__ = [
    "PAGE",
    "Group",
    "Reader",
    "Shown",
    "Tallies",
    "absences",
    "absent",
    "alert",
    "away",
    "clock",
    "closed",
    "grouped",
    "holders_of",
    "kinds",
    "level_names",
    "line",
    "lines",
    "may_hold",
    "of_customer",
    "patience",
    "people_of",
    "pressing",
    "shown",
    "standing",
    "steps",
    "tallies",
    "words",
]
