"""Reads of lists and segments: which customers, how many, what each row shows.

For others: `members`, `count` and `matches` say who is in a segment.
"""

from regulars.server.segments.queries.asking import Answer
from regulars.server.segments.queries.freezing import Frozen, frozen
from regulars.server.segments.queries.ground import NotReady
from regulars.server.segments.queries.listing import (
    Found,
    Totals,
    Versions,
    how_many,
    page,
    totals,
    versions,
)
from regulars.server.segments.queries.offered import Offered, offer
from regulars.server.segments.queries.one import (
    Held,
    Moment,
    Standing,
    Told,
    add_teller,
    holdings,
    months,
    standing,
    timeline,
)
from regulars.server.segments.queries.rows import Row, behind, rows, suggestions
from regulars.server.segments.queries.saved import (
    count,
    groups,
    groups_of,
    matches,
    members,
    own_groups,
    picked,
    segment,
    segments,
)

__all__ = [
    "Answer",
    "Found",
    "Frozen",
    "Held",
    "Moment",
    "NotReady",
    "Offered",
    "Row",
    "Standing",
    "Told",
    "Totals",
    "Versions",
    "add_teller",
    "behind",
    "count",
    "frozen",
    "groups",
    "groups_of",
    "holdings",
    "how_many",
    "matches",
    "members",
    "months",
    "offer",
    "own_groups",
    "page",
    "picked",
    "rows",
    "segment",
    "segments",
    "standing",
    "suggestions",
    "timeline",
    "totals",
    "versions",
]
