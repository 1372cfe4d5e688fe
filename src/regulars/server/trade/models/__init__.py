"""Records of trade with organisations. Row security guards each table (see migrations)."""

from regulars.server.trade.models.deals import Quote, QuoteLine, Terms
from regulars.server.trade.models.invoices import Invoice
from regulars.server.trade.models.people import BusinessProfile, ContactPerson
from regulars.server.trade.models.plans import JointPlan

__all__ = [
    "BusinessProfile",
    "ContactPerson",
    "Invoice",
    "JointPlan",
    "Quote",
    "QuoteLine",
    "Terms",
]
