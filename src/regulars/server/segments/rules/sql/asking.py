"""What must be known beside a rule before it is a text, and what it looks up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from regulars.base.calendar import USUAL, MissingDays
from regulars.server.segments.rules.tree import Condition

OWN_MOVES = ("purchase", "inflow", "outflow")


@dataclass(frozen=True)
class Times:
    """`today` for the records, `on` (the last day of the facts) for what happened;
    `missing`: what is kept of birthdays that a year lacks."""

    today: date
    on: date
    missing: MissingDays = USUAL


@dataclass(frozen=True)
class Lookup:
    """What must be asked of the database before a rule is a text.

    `books`: field -> value -> ids of books. `cuts`: (column, percent from the top) -> the
    value there. `loans`: codes of products that are no assets. `own`: kinds of facts that
    are a customer's own doing. `minor`: how many units of the facts' amounts make one of
    money. `groups`: the tables that hold the members. `beside`: the tables of whom the
    database found for a condition.
    """

    books: Mapping[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    cuts: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    loans: Sequence[str] = ()
    own: Sequence[str] = OWN_MOVES
    minor: int = 100
    groups: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[Condition, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fetched:
    """Customers found among the facts: a SELECT of their keys, with `{kind}` for the source."""

    name: str
    facts: str
    select: str
