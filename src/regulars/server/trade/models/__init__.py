"""Records of trade with organisations. Row security guards each table (see migrations)."""

from regulars.server.trade.models.deals import Quote, QuoteLine, Terms
from regulars.server.trade.models.invoices import Invoice
from regulars.server.trade.models.people import BusinessProfile, ContactPerson

__all__ = ["BusinessProfile", "ContactPerson", "Invoice", "Quote", "QuoteLine", "Terms"]
