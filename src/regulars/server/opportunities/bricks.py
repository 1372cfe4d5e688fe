"""Opportunities beside the customer's page, on cards, and what is late, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.opportunities import queries
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

SHOWN = 4


def of_customer(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """What is open for a customer, with its next step; then what was won or lost last."""
    found = [queries.view(each, at) for each in queries.of_customer(viewer, customer)]
    open_ones = [each for each in found if each.it.is_open]
    plan, strategy = queries.account_of(viewer, customer)
    return {
        "open": open_ones[:SHOWN],
        "more": len(open_ones) > SHOWN,
        "count": len(open_ones),
        "ended": [each for each in found if not each.it.is_open][:2],
        "interest": queries.interested(viewer, at).filter(customer=customer).first(),
        "plan": plan,
        "strategy": strategy,
        "may_change": viewer.may(Permission.RECORD_CONTACT),
    }


def on_card(viewer: Person, card: Card, at: datetime) -> dict[str, Any] | None:
    """One click upon a card's reasons."""
    return {"card": card} if viewer.may(Permission.RECORD_CONTACT) else None


def on_done(viewer: Person, card: Card, at: datetime) -> dict[str, Any] | None:
    """The customer showed interest: an opportunity is proposed where the card stood."""
    interested = card.outcome == Touch.Outcome.INTERESTED
    return {"card": card} if interested and viewer.may(Permission.RECORD_CONTACT) else None


def count(viewer: Person, at: datetime) -> Count | None:
    if not viewer.may(Permission.RECORD_CONTACT):
        return None
    late = queries.waiting(viewer, at)
    return Count(late, late=True) if late else None


BRICKS = (
    Brick(
        "customer.side", 11, "opportunities/_brick.html", of_customer, Permission.SEE_CUSTOMERS
    ),
    Brick("card.foot", 10, "opportunities/_on_card.html", on_card, Permission.RECORD_CONTACT),
    Brick("card.done", 10, "opportunities/_on_done.html", on_done, Permission.RECORD_CONTACT),
)
