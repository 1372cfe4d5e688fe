"""What becomes of trade records at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.trade.models import (
    BusinessProfile,
    ContactPerson,
    Invoice,
    JointPlan,
    Quote,
    QuoteLine,
    Terms,
)

PLAN = ("aim", "next_step", "next_on", "result")
CONTACT = ("name", "title", "phone", "email", "role", "attitude", "birthday", "note", "left_on")

KEPT: tuple[Rows | Duty, ...] = (
    Rows(ContactPerson, title=_("Contact persons"), copied=CONTACT),
    # What an organisation's entry says of a person is that person's: it goes with the file.
    Rows(ContactPerson, name="person", title=_("Contact person of"), copied=CONTACT),
    Rows(
        BusinessProfile,
        title=_("Bargaining profile"),
        copied=(
            *("size", "bargaining_power", "focus", "habit", "yearly_volume"),
            *("delivery_address", "bank_name", "account_tail", "currency", "payment_terms"),
        ),
    ),
    Rows(
        Quote,
        title=_("Quotes"),
        copied=("number", "made_on", "valid_until", "total", "currency", "state", "reason"),
    ),
    Rows(
        QuoteLine,
        title=_("Lines of quotes"),
        copied=("quote__number", "words", "quantity", "price"),
    ),
    Rows(
        Terms,
        title=_("Agreed terms"),
        copied=(
            *("discount", "price_list", "credit_limit", "payment_days", "delivery"),
            *("note", "starts_on", "ends_on"),
        ),
    ),
    Rows(JointPlan, title=_("Joint plans"), copied=PLAN),
    Rows(JointPlan, name="partner", title=_("Joint plans as a partner"), copied=PLAN),
    Rows(
        Invoice,
        title=_("Invoices"),
        copied=("number", "issued_on", "due_on", "amount", "currency", "paid", "paid_on"),
    ),
)
