"""Whole files at once: contact persons, quotes, terms, invoices with their payments.

Each takes rows of one kind, `origin` (the file), `by` and `at`, and returns `Brought`. The
organisation is named by its customer number. Rows are matched by what names them: a contact by
its name or linked person, a quote and an invoice by their number, terms by their first day.
What is on file is changed where the row says more, and loading a file twice changes nothing.
All need a transaction of the system itself (`core.scope.everything`).
"""

from regulars.server.trade.loading.bringing import Brought, Unfit
from regulars.server.trade.loading.contacts import ContactRow, bring_contacts
from regulars.server.trade.loading.deals import QuoteRow, TermsRow, bring_quotes, bring_terms
from regulars.server.trade.loading.invented import bring_invented
from regulars.server.trade.loading.invoices import InvoiceRow, bring_invoices

__all__ = [
    "Brought",
    "ContactRow",
    "InvoiceRow",
    "QuoteRow",
    "TermsRow",
    "Unfit",
    "bring_contacts",
    "bring_invented",
    "bring_invoices",
    "bring_quotes",
    "bring_terms",
]
