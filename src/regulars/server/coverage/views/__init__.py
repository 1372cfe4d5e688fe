"""Pages of coverage, and the lists behind their figures."""

from regulars.server.coverage.views.lists import contacts, people, reached, rows
from regulars.server.coverage.views.pages import channels, hours, relations, work

__all__ = ["channels", "contacts", "hours", "people", "reached", "relations", "rows", "work"]
