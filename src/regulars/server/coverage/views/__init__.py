"""Pages of coverage, and the lists behind their figures."""

from regulars.server.coverage.views.lists import contacts, people, rows
from regulars.server.coverage.views.pages import channels, hours, relations, work

__all__ = ["channels", "contacts", "hours", "people", "relations", "rows", "work"]
