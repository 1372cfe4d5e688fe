"""Reads of the programme, of members and their points, of what all of it will cost."""

from regulars.server.loyalty.queries.books import DoNotAddUp, check, faults
from regulars.server.loyalty.queries.expiring import MARK, STANDS, Expiring, expiring, soon
from regulars.server.loyalty.queries.fields import FIELDS
from regulars.server.loyalty.queries.members import (
    PAGE,
    Listed,
    Tally,
    View,
    behind,
    listed,
    member,
    members_after,
    name_of,
    tally,
    view,
    with_sums_of,
)
from regulars.server.loyalty.queries.moments import moments
from regulars.server.loyalty.queries.preview import Preview, preview
from regulars.server.loyalty.queries.programme import (
    history,
    levels,
    levels_at,
    own_wishes,
    programme,
    rule,
    rules_in_force,
    wish,
    wishes,
    wishes_waiting,
)
from regulars.server.loyalty.queries.statement import (
    Line,
    Statement,
    movement,
    span_of,
    statement,
    story,
)
from regulars.server.loyalty.queries.uses import Use, add_use, back_of
from regulars.server.loyalty.queries.worth import Row, Worth, example, worth

__all__ = [
    "FIELDS",
    "MARK",
    "PAGE",
    "STANDS",
    "DoNotAddUp",
    "Expiring",
    "Line",
    "Listed",
    "Preview",
    "Row",
    "Statement",
    "Tally",
    "Use",
    "View",
    "Worth",
    "add_use",
    "back_of",
    "behind",
    "check",
    "example",
    "expiring",
    "faults",
    "history",
    "levels",
    "levels_at",
    "listed",
    "member",
    "members_after",
    "moments",
    "movement",
    "name_of",
    "own_wishes",
    "preview",
    "programme",
    "rule",
    "rules_in_force",
    "soon",
    "span_of",
    "statement",
    "story",
    "tally",
    "view",
    "wish",
    "wishes",
    "wishes_waiting",
    "with_sums_of",
    "worth",
]
