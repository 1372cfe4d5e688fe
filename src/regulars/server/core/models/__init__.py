"""People, their place in the company, their books; what happened; what runs."""

from regulars.server.core.models.company import CalendarDay, Company, OrgUnit
from regulars.server.core.models.names import ALPHABET, local_name, public_id, public_ids
from regulars.server.core.models.people import Book, People, Person
from regulars.server.core.models.work import AuditEntry, Job

__all__ = [
    "ALPHABET",
    "AuditEntry",
    "Book",
    "CalendarDay",
    "Company",
    "Job",
    "OrgUnit",
    "People",
    "Person",
    "local_name",
    "public_id",
    "public_ids",
]
