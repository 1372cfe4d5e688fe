"""Pages of coverage, and the lists behind their figures."""

from regulars.server.coverage.views.lists import answer_rows, contacts, people, reached, rows
from regulars.server.coverage.views.pages import answers, channels, hours, relations, work

__all__ = [
    "answer_rows",
    "answers",
    "channels",
    "contacts",
    "hours",
    "people",
    "reached",
    "relations",
    "rows",
    "work",
]
