"""Reads of lists: which customers, how many, and what each row shows."""

from regulars.server.segments.queries.listing import (
    Found,
    Totals,
    Versions,
    count,
    page,
    totals,
    totals_are_ready,
    versions,
)
from regulars.server.segments.queries.one import (
    Held,
    Moment,
    Standing,
    holdings,
    months,
    standing,
    timeline,
)
from regulars.server.segments.queries.rows import Row, behind, rows, suggestions

__all__ = [
    "Found",
    "Held",
    "Moment",
    "Row",
    "Standing",
    "Totals",
    "Versions",
    "behind",
    "count",
    "holdings",
    "months",
    "page",
    "rows",
    "standing",
    "suggestions",
    "timeline",
    "totals",
    "totals_are_ready",
    "versions",
]
