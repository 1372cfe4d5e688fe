"""Every change of trade records."""

from regulars.server.trade.actions.contacts import (
    NotAnOrganization,
    NotAPerson,
    add_contact,
    change_contact,
    leave,
    remove_contact,
)
from regulars.server.trade.actions.deals import (
    AlreadyAnswered,
    BadTerms,
    NumberTaken,
    agree,
    answer_quote,
    make_quote,
    send_quote,
)
from regulars.server.trade.actions.invoices import (
    BadPayment,
    bill,
    pay,
    remove_invoice,
)
from regulars.server.trade.actions.plans import (
    NotPartners,
    close_plan,
    move_plan,
    plan_together,
)
from regulars.server.trade.actions.profiles import change_profile

__all__ = [
    "AlreadyAnswered",
    "BadPayment",
    "BadTerms",
    "NotAPerson",
    "NotAnOrganization",
    "NotPartners",
    "NumberTaken",
    "add_contact",
    "agree",
    "answer_quote",
    "bill",
    "change_contact",
    "change_profile",
    "close_plan",
    "leave",
    "make_quote",
    "move_plan",
    "pay",
    "plan_together",
    "remove_contact",
    "remove_invoice",
    "send_quote",
]
