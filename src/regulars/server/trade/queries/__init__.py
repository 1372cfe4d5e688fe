"""Reads of trade records, as one viewer may see them."""

from regulars.server.trade.queries.contacts import (
    LinkedContact,
    contact,
    contact_of,
    contacts,
    people_to_link,
    person_to_link,
    profile,
)
from regulars.server.trade.queries.deals import (
    current_terms,
    quote,
    quotes,
    terms,
)
from regulars.server.trade.queries.due import (
    Ending,
    Overdue,
    Owed,
    ending,
    ending_days,
    everybodys_ending,
    everybodys_overdue,
    overdue,
    owed,
    quotes_running_out,
)
from regulars.server.trade.queries.invoices import bills, invoice, invoices
from regulars.server.trade.queries.plans import Partner, partners, plan, steps_due

__all__ = [
    "Ending",
    "LinkedContact",
    "Overdue",
    "Owed",
    "Partner",
    "bills",
    "contact",
    "contact_of",
    "contacts",
    "current_terms",
    "ending",
    "ending_days",
    "everybodys_ending",
    "everybodys_overdue",
    "invoice",
    "invoices",
    "overdue",
    "owed",
    "partners",
    "people_to_link",
    "person_to_link",
    "plan",
    "profile",
    "quote",
    "quotes",
    "quotes_running_out",
    "steps_due",
    "terms",
]
