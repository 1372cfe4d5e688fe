"""Pages and drawers of trade with an organisation."""

from regulars.server.trade.views.deals import add_quote, add_terms, quote
from regulars.server.trade.views.invoices import add_invoice, invoice, remove_invoice
from regulars.server.trade.views.pages import due, everything
from regulars.server.trade.views.people import (
    add_contact,
    contact,
    find_person,
    profile,
    remove,
)
from regulars.server.trade.views.plans import add_plan, close_plan, plan

__all__ = [
    "add_contact",
    "add_invoice",
    "add_plan",
    "add_quote",
    "add_terms",
    "close_plan",
    "contact",
    "due",
    "everything",
    "find_person",
    "invoice",
    "plan",
    "profile",
    "quote",
    "remove",
    "remove_invoice",
]
