"""From a rule to SQL for DuckDB: one boolean over the board, and the facts it looks up.

Every boolean is true or false, never null, so "none of" means what it says. Nothing that
somebody typed reaches the text but as a quoted word, a number or a date that was read.
"""

from regulars.server.segments.rules.sql.asking import OWN_MOVES, Fetched, Lookup, Times
from regulars.server.segments.rules.sql.birthdays import birthday_spans
from regulars.server.segments.rules.sql.compiler import Compiler
from regulars.server.segments.rules.sql.facts import KINDS, NARROWED
from regulars.server.segments.rules.sql.literals import FALSE, SEPARATOR, TRUE, quote
from regulars.server.segments.rules.sql.statement import (
    Statement,
    counting,
    joined,
    looked_up,
    stepping,
)

__all__ = [
    "FALSE",
    "KINDS",
    "NARROWED",
    "OWN_MOVES",
    "SEPARATOR",
    "TRUE",
    "Compiler",
    "Fetched",
    "Lookup",
    "Statement",
    "Times",
    "birthday_spans",
    "counting",
    "joined",
    "looked_up",
    "quote",
    "stepping",
]
