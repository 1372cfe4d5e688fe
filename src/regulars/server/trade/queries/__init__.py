"""Reads of trade records, as one viewer may see them."""

from regulars.server.trade.queries.contacts import (
    LinkedContact,
    contact,
    contact_of,
    contacts,
    people_to_link,
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
    ending,
    ending_days,
    overdue,
)
from regulars.server.trade.queries.invoices import bills, invoice, invoices

__all__ = [
    "Ending",
    "LinkedContact",
    "Overdue",
    "bills",
    "contact",
    "contact_of",
    "contacts",
    "current_terms",
    "ending",
    "ending_days",
    "invoice",
    "invoices",
    "overdue",
    "people_to_link",
    "profile",
    "quote",
    "quotes",
    "terms",
]
