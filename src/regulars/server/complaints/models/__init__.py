"""Cases, their story, what was asked for and approved, and the company's own lists."""

from regulars.server.complaints.models.cases import Case, CaseQuerySet
from regulars.server.complaints.models.lists import Entry
from regulars.server.complaints.models.papers import Paper
from regulars.server.complaints.models.story import Event, Extension

__all__ = ["Case", "CaseQuerySet", "Entry", "Event", "Extension", "Paper"]
