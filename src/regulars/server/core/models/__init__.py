"""People, their place in the company, their books; other systems; what happened and runs."""

from regulars.server.core.models.company import CalendarDay, Company, OrgUnit
from regulars.server.core.models.machines import ApiKey, ApiUse, IdempotentReply
from regulars.server.core.models.messages import Delivery, Event, Webhook
from regulars.server.core.models.names import ALPHABET, local_name, public_id, public_ids
from regulars.server.core.models.people import Book, People, Person, Tenure
from regulars.server.core.models.work import AuditEntry, Job

__all__ = [
    "ALPHABET",
    "ApiKey",
    "ApiUse",
    "AuditEntry",
    "Book",
    "CalendarDay",
    "Company",
    "Delivery",
    "Event",
    "IdempotentReply",
    "Job",
    "OrgUnit",
    "People",
    "Person",
    "Tenure",
    "Webhook",
    "local_name",
    "public_id",
    "public_ids",
]
